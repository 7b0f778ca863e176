import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readWranglerConfig } from "./read.ts";

describe("ai and vectorize", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "freehold-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const read = async (fields: object) => {
    const file = join(folder, "wrangler.jsonc");
    writeFileSync(file, JSON.stringify({ name: "a", ...fields }));
    return readWranglerConfig(file);
  };

  it("are read", async () => {
    const { config, warnings } = await read({
      ai: { binding: "AI", remote: true },
      vectorize: [
        { binding: "NOTES", index_name: "notes" },
        { binding: "SAME", index_name: "notes" },
      ],
    });
    expect(config).toMatchObject({
      ai: "AI",
      vectorize: [
        { binding: "NOTES", indexName: "notes" },
        { binding: "SAME", indexName: "notes" },
      ],
    });
    expect(warnings).toEqual([]);
    expect((await read({})).config).toMatchObject({ vectorize: [] });
    expect((await read({})).config.ai).toBeUndefined();
  });

  it.each([
    [{ ai: {} }, "binding"],
    [{ ai: { binding: "not a name" } }, "binding"],
    [{ vectorize: {} }, "vectorize"],
    [{ vectorize: [{ binding: "A" }] }, "index_name"],
    [{ vectorize: [{ binding: "A", index_name: "../a" }] }, "index_name"],
    [
      {
        vectorize: [
          { binding: "A", index_name: "a" },
          { binding: "A", index_name: "b" },
        ],
      },
      "binding",
    ],
  ])("are refused when wrong: %j", async (fields, word) => {
    await expect(read(fields)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(word),
    });
  });
});
