import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const packageFolder = join(import.meta.dirname, "..");
const text = readFileSync(join(packageFolder, "../../docs/agents-checklist.md"), "utf8");

/** Each test that the checklist names: the file it is in, and its title. */
function namedTests(): [file: string, title: string][] {
  return text.split("\n").flatMap((line) => {
    let file = "";
    return [...line.matchAll(/`([\w./-]+\.test\.tsx?)`|"([^"]+)"/g)].flatMap(
      ([, path, title]): [string, string][] => {
        if (path) file = path;
        return title && file ? [[file, title]] : [];
      },
    );
  });
}

test("every test that the checklist names exists", () => {
  const named = namedTests();
  expect(named.length).toBeGreaterThan(100);
  const missing = named.filter(([file, title]) => {
    const path = join(packageFolder, file);
    return !existsSync(path) || !readFileSync(path, "utf8").includes(title);
  });
  expect(missing).toEqual([]);
});

test("the checklist has each behaviour of agents and clients", () => {
  const numbers = [...text.matchAll(/^\| (\d+) +\| `/gm)].map(([, number]) => Number(number));
  expect(numbers.slice(0, 35)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});
