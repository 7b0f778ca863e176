import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHost, type Host, loadModule, type MigrationStep } from "../src/index.ts";
import { TestClock } from "../src/test-clock.ts";
import { testConfig } from "./fixtures/config.ts";

let folder = "";
let host: Host | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "freehold-migrations-"));
});

afterEach(async () => {
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A Worker whose objects count their requests, tell who they are, and note their alarms. */
function source(...classes: string[]): string {
  const declared = classes.map((name) => `export class ${name} extends Counter {}`);
  return `import { DurableObject } from "cloudflare:workers";
    class Counter extends DurableObject {
      async fetch(request) {
        const { storage, id } = this.ctx;
        const count = ((await storage.get("count")) ?? 0) + 1;
        await storage.put("count", count);
        const { pathname } = new URL(request.url);
        if (pathname === "/alarm") await storage.setAlarm(Date.now() + 60_000);
        const tried = (use) => { try { return use(); } catch (error) { return error.message; } };
        const sql = tried(() => storage.sql.exec("SELECT 1 AS one").one().one);
        const kv = tried(() => storage.kv.get("count"));
        const size = tried(() => typeof storage.sql.databaseSize);
        const transaction = storage.transactionSync(() => "works");
        const alarms = (await storage.get("alarms")) ?? [];
        return Response.json({ count, id: id.toString(), name: id.name, sql, kv, size, transaction, alarms });
      }
      async alarm() {
        await this.ctx.storage.put("alarms", [this.ctx.id.name]);
      }
    }
    ${declared.join("\n")}
    export default { fetch: (request, env) => env[new URL(request.url).host.toUpperCase()].getByName("one").fetch(request) };`;
}

const clock = new TestClock();

async function start(classes: string[], migrations: MigrationStep[]): Promise<Host> {
  await host?.close();
  const file = join(folder, "worker.mjs");
  await writeFile(file, source(...classes));
  host = await createHost({
    worker: loadModule(file),
    dataDirectory: join(folder, "data"),
    clock,
    config: {
      ...testConfig,
      durableObjects: classes.map((name) => ({ name: name.toUpperCase(), className: name })),
      durableClasses: classes,
      migrations,
    },
  });
  return host;
}

const ask = async (address: string): Promise<Record<string, unknown>> => {
  const response = await (host as Host).fetch(new Request(address));
  return (await response.json()) as Record<string, unknown>;
};

const step = (tag: string, parts: Partial<MigrationStep>): MigrationStep => ({
  tag,
  created: [],
  renamed: [],
  deleted: [],
  ...parts,
});
const V1 = step("v1", { created: [{ className: "Room", storage: "sqlite" }] });
const V2 = step("v2", { renamed: [{ from: "Room", to: "Chat" }] });
const V3 = step("v3", { deleted: ["Chat"] });
const V4 = step("v4", { created: [{ className: "Chat", storage: "sqlite" }] });

test("a renamed class keeps ids, names, data and alarms; a deleted one is erased", async () => {
  await start(["Room"], [V1]);
  const before = await ask("http://room/alarm");
  expect(before).toMatchObject({ count: 1, name: "one", sql: 1, kv: 1 });

  await start(["Chat"], [V1, V2]);
  await clock.advance(60_000);
  expect(await ask("http://chat/")).toMatchObject({ count: 2, id: before.id, alarms: ["one"] });
  await ask("http://chat/alarm");

  await expect(start(["Room"], [V1])).rejects.toMatchObject({ code: "MIGRATION_UNKNOWN" });
  await start(["Chat"], [V1, V2]);
  expect(await ask("http://chat/")).toMatchObject({ count: 4 });

  await start([], [V1, V2, V3]);
  await clock.advance(120_000);
  expect(await readdir(join(folder, "data/objects"))).toEqual([]);
  await start(["Chat"], [V1, V2, V3, V4]);
  expect(await ask("http://chat/")).toMatchObject({ count: 1, alarms: [] });
});

test("a class with keys and values only has no SQL", async () => {
  await start(["Room"], [step("v1", { created: [{ className: "Room", storage: "key-value" }] })]);
  const disabled = expect.stringMatching(/^SQL is not enabled for this Durable Object class\./);
  expect(await ask("http://room/")).toMatchObject({
    count: 1,
    sql: disabled,
    size: disabled,
    kv: expect.stringMatching(
      /^The storage\.kv \(synchronous KV\) API is only available for SQLite/,
    ),
    transaction: "works",
  });
});
