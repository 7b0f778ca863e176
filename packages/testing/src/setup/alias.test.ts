import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { replacePackages } from "./alias.ts";

const folder = mkdtempSync(join(tmpdir(), "freehold-alias-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}

function library(name: string, says: string): void {
  const exports = { ".": "./index.js", "./deep/*": "./*.js" };
  put(`node_modules/${name}/package.json`, JSON.stringify({ name, type: "module", exports }));
  put(`node_modules/${name}/index.js`, `export const says = "${says}";`);
  put(`node_modules/${name}/part.js`, `export const says = "${says}, in part";`);
}

test("takes the place of a package and its subpaths, wherever it is imported", async () => {
  for (const name of ["old", "@new/one", "older"]) library(name, name);
  const importer = put(
    "node_modules/importer/index.mjs",
    `import { says as whole } from "old";
     import { says as part } from "old/deep/part";
     import { says as other } from "older";
     export default [whole, part, other, (await import("old")).says];`,
  );
  replacePackages({ old: "@new/one" }, folder);
  const seen = (await import(importer)) as { default: unknown };
  expect(seen.default).toEqual(["@new/one", "@new/one, in part", "older", "@new/one"]);
  replacePackages({}, folder);
  const again = (await import(`${importer}?again`)) as { default: unknown };
  expect((again.default as unknown[])[0]).toBe("old");
});
