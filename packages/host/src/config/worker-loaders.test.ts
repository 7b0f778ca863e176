import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readWranglerConfig } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "freehold-loaders-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(loaders: unknown) {
  const file = join(folder, "wrangler.jsonc");
  writeFileSync(file, JSON.stringify({ name: "app", worker_loaders: loaders }));
  return readWranglerConfig(file);
}

test("loaders of Workers are read by their names", async () => {
  const { config, warnings } = await read([{ binding: "LOADER" }, { binding: "OTHER" }]);
  expect(config.workerLoaders).toEqual(["LOADER", "OTHER"]);
  expect(warnings).toEqual([]);
});

test.each([
  ["no list", { binding: "LOADER" }],
  ["no name", [{}]],
  ["a name twice", [{ binding: "A" }, { binding: "A" }]],
])("%s is refused", async (_what, loaders) => {
  await expect(read(loaders)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});
