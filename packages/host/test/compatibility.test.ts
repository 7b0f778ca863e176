import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHost, type Host, type HostOptions, loadModule } from "../src/index.ts";
import { TestClock } from "../src/test-clock.ts";
import { testConfig } from "./fixtures/config.ts";

const WORKER = `import { DurableObject } from "cloudflare:workers";
  export class Room extends DurableObject {
    fails() { throw Object.assign(new RangeError("m"), { code: 5 }); }
    failsByName() { throw Object.assign(new Error("m"), { name: "Mine" }); }
    async clears() {
      await this.ctx.storage.put("a", 1);
      await this.ctx.storage.setAlarm(Date.now() + 1000);
      await this.ctx.storage.deleteAll();
      return [await this.ctx.storage.get("a"), (await this.ctx.storage.getAlarm()) !== null];
    }
    async alarm() { await this.ctx.storage.put("rang", true); }
    rang() { return this.ctx.storage.get("rang"); }
  }
  const scheduled = [];
  export default {
    async fetch(request, env) {
      const room = env.ROOM.getByName("one");
      const caught = (error) => [error.constructor.name, error.name, error.message, error.code, error.remote];
      return Response.json({
        flag: Cloudflare.compatibilityFlags.delete_all_deletes_alarm,
        rang: await room.rang(),
        errors: [await room.fails().catch(caught), await room.failsByName().catch(caught)],
        cleared: await room.clears(),
        binaryType: new WebSocketPair()[0].binaryType,
        scheduled: scheduled.splice(0),
      });
    },
    scheduled: ({ cron, scheduledTime }, env, ctx) => {
      ctx.waitUntil(Promise.resolve());
      scheduled.push([cron, new Date(scheduledTime).toISOString()]);
    },
  };`;

let folder = "";
let host: Host | undefined;
const clock = new TestClock(Date.UTC(2026, 10, 23, 12));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "freehold-compatibility-"));
});

afterEach(async () => {
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(config: Partial<HostOptions["config"]>): Promise<() => Promise<unknown>> {
  const file = join(folder, "worker.mjs");
  await writeFile(file, WORKER);
  const running = await createHost({
    worker: loadModule(file),
    dataDirectory: join(folder, "data"),
    durability: "memory",
    clock,
    config: { ...testConfig, ...config },
  });
  host = running;
  return async () => (await running.fetch(new Request("http://x/"))).json();
}

test("a Worker of today", async () => {
  const ask = await start({ compatibilityDate: "2026-06-11" });
  expect(await ask()).toEqual({
    flag: true,
    errors: [
      ["RangeError", "RangeError", "m", 5, true],
      ["Error", "Mine", "m", null, true],
    ],
    cleared: [null, false],
    binaryType: "blob",
    scheduled: [],
  });
});

test("a Worker of an older date has what that date had", async () => {
  const ask = await start({ compatibilityDate: "2026-01-01" });
  const old = {
    flag: false,
    errors: [
      ["RangeError", "RangeError", "m", null, true],
      ["Error", "Error", "Mine: m", null, true],
    ],
    cleared: [null, true],
    binaryType: "arraybuffer",
    scheduled: [],
  };
  expect(await ask()).toEqual(old);
  await clock.advance(1000);
  expect(await ask()).toEqual({ ...old, rang: true });
});

test("flags stand before the date", async () => {
  const ask = await start({
    compatibilityDate: "2026-06-11",
    compatibilityFlags: ["delete_all_preserves_alarm", "no_websocket_standard_binary_type"],
  });
  expect(await ask()).toMatchObject({ cleared: [null, true], binaryType: "arraybuffer" });
});

test("scheduled runs by the configuration's patterns", async () => {
  const ask = await start({ crons: ["*/10 * * * *", "15 * * * *"] });
  await clock.advance(20 * 60_000);
  expect(await ask()).toMatchObject({
    scheduled: [
      ["*/10 * * * *", "2026-11-23T12:10:00.000Z"],
      ["15 * * * *", "2026-11-23T12:15:00.000Z"],
      ["*/10 * * * *", "2026-11-23T12:20:00.000Z"],
    ],
  });
});
