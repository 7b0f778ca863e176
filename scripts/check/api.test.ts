import { expect, it } from "vitest";
import { compareReports, formatDeclarations } from "./api.ts";

it("has one name a line, sorted, in lists of names", () => {
  const text = [
    'import { Zebra, type Ant } from "./shared.js";',
    "declare const list: { a: 1, b: 2 };",
    "export { b as c, a, type Late };",
  ].join("\n");
  expect(formatDeclarations(text)).toBe(
    [
      "import {",
      "  type Ant,",
      "  Zebra,",
      '} from "./shared.js";',
      "declare const list: { a: 1, b: 2 };",
      "export {",
      "  a,",
      "  b as c,",
      "  type Late,",
      "};",
    ].join("\n"),
  );
});

it("names each file that differs, and where", () => {
  const emitted = new Map([
    ["index.d.ts", "export declare const a: 1;\nexport declare const b: 3;\n"],
    ["new.d.ts", ""],
    ["same.d.ts", "x"],
  ]);
  const known = new Map([
    ["index.d.ts", "export declare const a: 1;\nexport declare const b: 2;\n"],
    ["old.d.ts", ""],
    ["same.d.ts", "x"],
  ]);
  const hint = "; review it after npm run check -- api --write";
  expect(compareReports("p", emitted, known)).toEqual([
    `p: api/index.d.ts differs from line 2: "export declare const b: 3;"${hint}`,
    `p: api/new.d.ts is new${hint}`,
    `p: api/old.d.ts is gone${hint}`,
  ]);
  expect(compareReports("p", known, known)).toEqual([]);
});
