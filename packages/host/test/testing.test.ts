import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { loadModule, type WorkerModule } from "../src/index.ts";
import { createTestHost, TestClock } from "../src/testing/index.ts";
import { testConfig } from "./fixtures/config.ts";

const nothing = () => undefined;

/** What tests may do with a host from outside of its Worker. */

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Room {
  increment(by: number): Promise<number>;
  remind(inMs: number): Promise<void>;
  reminders(): Promise<string[]>;
}

interface Rooms {
  getByName(name: string): Room;
}

async function start(worker?: () => Promise<WorkerModule>) {
  const dataDirectory = await mkdtemp(join(tmpdir(), "freehold-host-testing-"));
  cleanUp.push(() => rm(dataDirectory, { recursive: true, force: true }));
  const clock = new TestClock();
  const strays: unknown[] = [];
  const host = await createTestHost({
    worker: worker ?? loadModule(join(import.meta.dirname, "fixtures/worker.ts")),
    config: worker ? { ...testConfig, durableObjects: [], durableClasses: [] } : testConfig,
    dataDirectory,
    clock,
    durability: "memory",
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    onStrayError: (error) => strays.push(error),
  });
  cleanUp.push(() => host.close());
  const rooms = host.env.ROOM as Rooms;
  const object = (name: string) => host.objectOf(rooms.getByName(name))!;
  return { host, clock, rooms, object, strays };
}

describe("an object", () => {
  test("is found by stubs of its own host alone", async () => {
    const [one, two] = [await start(), await start()];
    expect(one.object("a").className).toBe("Room");
    for (const value of [undefined, 5, {}, one.rooms, two.rooms.getByName("a")]) {
      expect(one.host.objectOf(value)).toBe(undefined);
    }
    expect(one.host.listIds({})).toBe(undefined);
  });

  test("is not evicted while something of it runs", async () => {
    const { host, clock, rooms, object } = await start();
    const patiently = { patienceMs: 20 };
    expect(await object("a").evict(patiently)).toBe("asleep");
    await rooms.getByName("a").increment(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const running = object("a").run(async (instance) => {
      await promise;
      return instance;
    });
    await clock.settle();
    expect(await object("a").evict(patiently)).toBe("busy");
    const all = { ...patiently, except: new Set<string>() };
    expect(await host.evictAll(all)).toEqual(["busy"]);
    expect(await host.evictAll({ ...all, except: new Set(["Room"]) })).toEqual([]);
    resolve();
    const instance = await running;
    expect(await object("a").run((same) => same)).toBe(instance);
    expect(await object("a").evict(patiently)).toBe("evicted");
    expect(await object("a").run((other) => other)).not.toBe(instance);
  });
});

test("a reset leaves nothing: no rows, no alarms, no objects", async () => {
  const { host, clock, rooms } = await start();
  const old = rooms.getByName("a");
  await old.increment(5);
  await old.remind(1000);
  await host.reset(new Error("gone"));
  expect(host.listIds(host.env.ROOM)).toEqual([]);
  await clock.advance(60_000);
  expect(host.listIds(host.env.ROOM)).toEqual([]);
  await expect(old.increment(1)).rejects.toThrow("gone");
  expect(await rooms.getByName("a").increment(1)).toBe(1);
  expect(await rooms.getByName("a").reminders()).toEqual([]);
  expect(host.listIds(host.env.ROOM)?.map(String)).toEqual([
    String((rooms.getByName("a") as unknown as { id: object }).id),
  ]);
});

test("closes at once, whatever still waits for time to pass", async () => {
  const { host } = await start(async () => ({
    default: { fetch: () => new Promise((resolve) => setTimeout(resolve, 1000)) },
  }));
  void host.fetch(new Request("http://x/")).catch(() => undefined);
  await host.close();
  await expect(host.fetch(new Request("http://x/"))).rejects.toMatchObject({ code: "HOST_CLOSED" });
});

test("errors of nobody are the test's", async () => {
  const { strays } = await start();
  const error = new Error("nobody's");
  process.emit("unhandledRejection", error, Promise.resolve());
  expect(strays).toEqual([error]);
});
