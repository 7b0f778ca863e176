import { expect, it } from "vitest";
import { entriesOf } from "./entries.ts";

const file = (stem: string, extension = "ts") => ({
  "freehold-source": `./src/${stem}.${extension}`,
  types: `./dist/${stem}.d.ts`,
  default: `./dist/${stem}.js`,
});

it("reads the entries from the exports", () => {
  const exports = {
    ".": file("index"),
    "./react": file("react/index", "tsx"),
    "./a.css": "./a.css",
  };
  expect(entriesOf({ name: "x", manifest: { name: "x", exports } })).toEqual({
    index: "./src/index.ts",
    "react/index": "./src/react/index.tsx",
  });
  expect(entriesOf({ name: "x", manifest: { name: "x" } })).toEqual({});
});

it.each([
  { ...file("a"), types: "./dist/b.d.ts" },
  { ...file("a"), default: "./dist/a.mjs" },
  { types: "./dist/a.d.ts", default: "./dist/a.js" },
])("refuses files that do not belong together: %o", (conditions) => {
  const manifest = { name: "x", exports: { "./a": conditions } };
  expect(() => entriesOf({ name: "x", manifest })).toThrow('x: the export "./a"');
});
