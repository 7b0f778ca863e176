import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Host, loadModule, readWranglerConfig } from "@freehold/host";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installedCommand } from "../../../scripts/testing/installed.ts";
import { composeHost } from "../src/runtime/compose.ts";

/** A Worker's vector index, and `freehold vectors` on a host that runs and one that does not. */

const BIN = await installedCommand();
const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), "fh-"));
let host: Host;

const WORKER = `
import { DurableObject } from "cloudflare:workers";
export class Keeper extends DurableObject {
  async fetch(request) {
    const { ids } = await request.json();
    await this.env.NOTES.upsert(ids.map((id, n) => ({ id, values: [1, n], metadata: { n } })));
    const { matches } = await this.env.NOTES.query([1, 0], { filter: { n: { $lte: 1 } } });
    return Response.json(matches.map(({ id }) => id));
  }
}
export default {
  fetch: (request, env) => env.KEEPERS.getByName("one").fetch(request),
};
`;

async function start(): Promise<void> {
  host = await composeHost({
    root,
    config: (await readWranglerConfig(join(root, "wrangler.jsonc"))).config,
    worker: loadModule(join(root, "worker.mjs")),
    development: false,
  });
}

async function vectors(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [BIN, "vectors", ...args], { cwd: root });
  return stdout.trim();
}

beforeAll(async () => {
  writeFileSync(join(root, "worker.mjs"), WORKER);
  const config = {
    name: "notes",
    main: "worker.mjs",
    vectorize: [{ binding: "NOTES", index_name: "notes" }],
    durable_objects: { bindings: [{ name: "KEEPERS", class_name: "Keeper" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["Keeper"] }],
  };
  writeFileSync(join(root, "wrangler.jsonc"), JSON.stringify(config));
  await start();
});
afterAll(async () => {
  await host.close();
  rmSync(root, { recursive: true });
});

test("an object's vectors are found by the next query, and after a start anew", async () => {
  const body = JSON.stringify({ ids: ["a", "b", "c"] });
  const ask = () => host.fetch(new Request("http://notes/", { method: "POST", body }));
  expect(await (await ask()).json()).toEqual(["a", "b"]);
  expect(await vectors("list")).toMatch(/^notes +3 of 2, cosine$/);
  expect(JSON.parse(await vectors("get", "notes", "b", "--json"))).toEqual([
    { id: "b", namespace: "", values: [1, 1], metadata: { n: 1 } },
  ]);
  await host.close();
  expect(await vectors("ids", "notes")).toBe("a\nb\nc");
  const made = ["create", "more", "--dimensions", "3", "--metric", "euclidean"];
  expect(JSON.parse(await vectors(...made, "--metadata", "topic:string"))).toMatchObject({
    dimensions: 3,
    metric: "euclidean",
    metadataIndexes: [{ property: "topic", type: "string" }],
  });
  await start();
  expect(await (await ask()).json()).toEqual(["a", "b"]);
  expect(await vectors("list")).toMatch(/^more +0 of 3, euclidean\nnotes +3 of 2, cosine$/);
  expect(await vectors("delete", "more")).toContain('"deleted": "more"');
  await expect(vectors("info", "more")).rejects.toMatchObject({
    stderr: expect.stringContaining("There is no index more."),
  });
});

test("a backup has the vectors, taken while the host runs", async () => {
  const freehold = (...args: string[]) => run(process.execPath, [BIN, ...args], { cwd: root });
  const at = (folder: string) => join(root, folder);
  await freehold("backup", at("copy"));
  await freehold("restore", at("copy"), "--data", at("restored"));
  const ids = await vectors("ids", "notes", "--data", at("restored"));
  expect(ids).toBe("a\nb\nc");
  const { stdout } = await freehold("doctor", "--data", at("restored"), "--json").catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).not.toContain("vectors");
});

test("what the command does not understand is named", async () => {
  await expect(vectors("query", "notes")).rejects.toMatchObject({
    stderr: expect.stringContaining("There is no `freehold vectors query`"),
  });
  await expect(vectors("create", "x", "--dimensions", "0")).rejects.toMatchObject({
    stderr: expect.stringContaining("dimensions must be a whole number from 1 to 1536"),
  });
});
