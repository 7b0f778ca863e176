import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { allFaults } from "./all.ts";
import { applyEdit } from "./fault.ts";
import { formatFaults, isCaught } from "./report.ts";

const host = join(import.meta.dirname, "../../../packages/host/src");
const programs = join(import.meta.dirname, "../../programs");

test.each(allFaults.map((fault) => [fault.name, fault] as const))(
  "%s fits the sources of the host",
  async (_name, fault) => {
    expect(fault.edits.length).toBeGreaterThan(0);
    for (const edit of fault.edits) {
      const source = await readFile(join(host, edit.file), "utf8");
      const changed = applyEdit(source, edit);
      expect(changed).not.toBe(source);
      await transform(changed, { loader: "ts" });
    }
  },
);

test.each(allFaults.map((fault) => [fault.name, fault.programs] as const))(
  "%s names programs that exist",
  (_name, paths) => {
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(existsSync(join(programs, `${path}.ts`)), path).toBe(true);
  },
);

test("there are at least thirty faults, each with a name of its own", () => {
  const names = allFaults.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(30);
});

test("an edit whose text is missing, or there twice, is refused", () => {
  const edit = { file: "x.ts", find: "a", put: "b" };
  expect(applyEdit("1 a 2", edit)).toBe("1 b 2");
  expect(() => applyEdit("nothing", { ...edit, find: "x" })).toThrow("holds 0 times");
  expect(() => applyEdit("a a", edit)).toThrow("holds 2 times");
});

test("a fault is caught when all of its programs noticed it, and the table says which did not", () => {
  const fault = { name: "f", programs: ["a/a", "b/b", "c/c"], edits: [] };
  expect(isCaught({ fault, caughtBy: ["a/a", "b/b", "c/c"], unsound: [] })).toBe(true);
  const result = { fault, caughtBy: ["a/a"], unsound: ["c/c"] };
  expect(isCaught(result)).toBe(false);
  expect(formatFaults([result])).toBe(
    "f  caught   a/a\n   MISSED   b/b\n   UNSOUND  c/c\n\n0 of 1 faults caught",
  );
});
