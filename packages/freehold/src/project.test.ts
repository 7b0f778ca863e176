import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFreeholdConfig } from "./config.ts";
import { findProject } from "./project.ts";
import { readManifest, writeManifest } from "./runtime/manifest.ts";

let folder: string;
const put = (name: string, text = "") => writeFileSync(join(folder, name), text);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "freehold-project-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("findProject", () => {
  it("finds the configuration and Vite's", () => {
    put("wrangler.toml");
    put("vite.config.mts");
    expect(findProject(folder)).toEqual({
      root: folder,
      wranglerFile: join(folder, "wrangler.toml"),
      viteFile: join(folder, "vite.config.mts"),
    });
  });

  it("takes a named file", () => {
    put("other.jsonc");
    expect(findProject("/", join(folder, "other.jsonc")).root).toBe(folder);
  });

  it("says what is missing", () => {
    expect(() => findProject(folder)).toThrow(
      expect.objectContaining({ code: "PROJECT_NOT_FOUND" }),
    );
    expect(() => findProject(folder, "absent.jsonc")).toThrow(/no absent\.jsonc/);
  });
});

describe("readFreeholdConfig", () => {
  it("is empty without a file", async () => {
    expect(await readFreeholdConfig(folder)).toEqual({});
  });

  it("loads TypeScript", async () => {
    put("freehold.config.ts", "export default { port: 9000 as number, durability: 'relaxed' };");
    expect(await readFreeholdConfig(folder)).toEqual({ port: 9000, durability: "relaxed" });
  });

  it.each([
    ["export default 5;", /default export/],
    ["export default { port: 70000 };", /`port`/],
    ["export default { hostname: '' };", /`hostname`/],
    ["export default { durability: 'maybe' };", /`durability`/],
    ["export default { trustedProxies: '10.0.0.1' };", /`trustedProxies`/],
    ["export default { allowedOrigins: [5] };", /`allowedOrigins`/],
    ["export default { publicUrl: 5 };", /`publicUrl`/],
    ["export default { socketCompression: 'yes' };", /`socketCompression`/],
    ["export default { limits: 5 };", /`limits`/],
    ["export default { idle: Infinity };", /`idle`/],
    ["export default { trustedProxy: [] };", /`trustedProxy`/],
    ["throw new Error('no');", /could not be loaded/],
  ])("refuses %s", async (text, message) => {
    put("freehold.config.ts", text);
    const failure = expect(readFreeholdConfig(folder)).rejects;
    await failure.toThrow(message);
  });
});

describe("build manifest", () => {
  it("round-trips with absolute paths", async () => {
    put("worker.js");
    await writeManifest(folder, { worker: "worker.js", assets: "client" });
    expect(await readManifest(folder)).toEqual({
      worker: join(folder, "worker.js"),
      assets: join(folder, "client"),
    });
  });

  it("is undefined where nothing was built", async () => {
    expect(await readManifest(folder)).toBeUndefined();
  });

  it.each(["{", "{}", '{"worker":"gone.js"}'])("refuses %s", async (text) => {
    put("freehold.json", text);
    await expect(readManifest(folder)).rejects.toMatchObject({ code: "BUILD_INVALID" });
  });
});
