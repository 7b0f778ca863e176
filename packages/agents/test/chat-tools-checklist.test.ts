import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const packageFolder = join(import.meta.dirname, "..");
const root = join(packageFolder, "../..");
const lines = readFileSync(join(root, "docs/chat-checklist.md"), "utf8").split("\n");

/** Each test that a line names: the file it is in, and its title. */
function namedTests(line: string): [file: string, title: string][] {
  let file = "";
  return [...line.matchAll(/`([\w./-]+\.test\.tsx?)`|"([^"]+)"/g)].flatMap(
    ([, path, title]): [string, string][] => {
      if (path) file = path;
      return title && file ? [[file, title]] : [];
    },
  );
}

const rowsOf = (line: string) => line.match(/(?<=`)chat-(?:frames|react)-[\w-]+(?=`)/g) ?? [];
const cellsOf = (line: string) => line.split(" | ").map((cell) => cell.trim());

/** Rows of the matrix that there are. */
function knownRows(): ReadonlySet<string> {
  const rows = join(root, "conformance/src/matrix/rows/chat-react.ts");
  const pages = readFileSync(rows, "utf8").matchAll(/inBrowser\("([\w-]+)"/g);
  const frames = readdirSync(join(root, "conformance/recorded/chat"));
  return new Set([
    ...[...pages].map(([, name]) => `chat-react-${name}`),
    ...frames.map((file) => `chat-frames-${file.replace(".json", "")}`),
  ]);
}

/** Lines of the section with a title. */
function section(title: string): string[] {
  const start = lines.indexOf(`## ${title}`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("## "));
  return lines.slice(start, length < 0 ? undefined : start + 1 + length);
}

test("every test and row that the chat's checklist names exists", () => {
  const tests = lines.flatMap(namedTests);
  expect(tests.length).toBeGreaterThan(150);
  const missing = tests.filter(([file, title]) => {
    const path = join(packageFolder, file);
    return !existsSync(path) || !readFileSync(path, "utf8").includes(title);
  });
  expect(missing).toEqual([]);
  const known = knownRows();
  expect(lines.flatMap(rowsOf).filter((row) => !known.has(row))).toEqual([]);
});

test("every point of the chat's checklist names what shows it", () => {
  const points = lines.filter((line) => /^\| .*\| (?:done|better|different) +\|/.test(line));
  expect(points.length).toBeGreaterThan(150);
  const bare = points.filter((line) => namedTests(line).length + rowsOf(line).length === 0);
  expect(bare).toEqual([]);
});

test("the chat's checklist has each known gap, type of chunk and way to deal with overlaps", () => {
  const gaps = section("Gaps of the published package").flatMap((line) => {
    return /^\| (\d+) /.exec(line)?.[1] ?? [];
  });
  expect(gaps.map(Number)).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));

  const cases = readFileSync(join(packageFolder, "src/chat/chunk-types.test.ts"), "utf8");
  const [, table = ""] = /const answers = \{\n([\s\S]*?)\n\} as const/.exec(cases) ?? [];
  const types = [...table.matchAll(/^ {2}"?([\w-]+)"?: /gm)].map(([, type]) => type);
  expect(types.length).toBe(29);
  const named = section("Chunks").flatMap((line) => cellsOf(line)[0]?.match(/[\w-]+(?=`)/g) ?? []);
  expect(types.filter((type) => !named.includes(type ?? ""))).toEqual([]);

  const turns = section("Turns").map((line) => cellsOf(line)[0]);
  for (const mode of ["queue", "latest", "merge", "drop", "debounce"]) {
    expect(turns).toContain(`| \`${mode}\``);
  }
});
