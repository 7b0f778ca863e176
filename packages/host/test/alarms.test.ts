import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { DurableObject } from "../src/modules/workers.ts";
import { createTestHost, TestClock } from "../src/testing/index.ts";
import { testConfig } from "./fixtures/config.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const nothing = () => undefined;
/** In the order in which they ran. */
const runs: { name: string; retryCount: number; at: number }[] = [];
let fails = false;

interface Info {
  readonly retryCount: number;
}

interface State {
  readonly id: { readonly name?: string };
  readonly storage: {
    setAlarm(time: number): Promise<void>;
    getAlarm(): Promise<number | null>;
  };
}

class Room extends DurableObject {
  declare readonly ctx: State;

  async remind(at: number): Promise<void> {
    await this.ctx.storage.setAlarm(at);
  }

  alarmAt(): Promise<number | null> {
    return this.ctx.storage.getAlarm();
  }

  alarm({ retryCount }: Info): void {
    const name = this.ctx.id.name ?? "";
    runs.push({ name, retryCount, at: Date.now() });
    if (fails) throw new Error("again");
  }
}

interface Rooms {
  getByName(name: string): {
    remind(at: number): Promise<void>;
    alarmAt(): Promise<number | null>;
  };
}

async function start(dataDirectory: string, clock = new TestClock()) {
  const host = await createTestHost({
    worker: async () => ({ Room, default: { fetch: () => new Response(String(runs.length)) } }),
    config: {
      ...testConfig,
      durableObjects: [{ name: "ROOM", className: "Room" }],
      durableClasses: ["Room"],
    },
    dataDirectory,
    clock,
    durability: "memory",
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  cleanUp.push(() => host.close());
  return { host, clock, rooms: host.env.ROOM as Rooms };
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "freehold-alarms-"));
  cleanUp.push(() => rm(made, { recursive: true, force: true }));
  runs.length = 0;
  fails = false;
  return made;
}

test("thousands due in one second all run, and requests are answered meanwhile", async () => {
  const { host, clock, rooms } = await start(await folder());
  const count = 2000;
  const due = clock.now() + 60_000;
  const names = Array.from({ length: count }, (_, index) => `n${index}`);
  await Promise.all(names.map((name, index) => rooms.getByName(name).remind(due + (index % 1000))));
  let over = false;
  const firing = clock.advance(62_000).then(() => {
    over = true;
  });
  const answers: number[] = [];
  while (!over) {
    const response = await host.fetch(new Request("http://x/"));
    answers.push(Number(await response.text()));
    await setImmediate();
  }
  await firing;
  expect(new Set(runs.map(({ name }) => name)).size).toBe(count);
  expect(runs).toHaveLength(count);
  // Answers came all along, and not only before the first alarm and after the last one.
  const between = new Set(answers.filter((done) => done > 0 && done < count));
  expect(between.size).toBeGreaterThan(10);
});

test("one that fails runs seven times, later each time, and is gone then", async () => {
  const { clock, rooms } = await start(await folder());
  fails = true;
  const due = clock.now() + 1000;
  await rooms.getByName("a").remind(due);
  await clock.advance(600_000);
  expect(runs.map(({ retryCount }) => retryCount)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const waits = runs.slice(1).map(({ at }, index) => at - (runs[index]?.at ?? 0));
  for (const [index, wait] of waits.entries()) {
    const least = 2000 * 2 ** index;
    expect([wait >= least, wait <= least * 1.25]).toEqual([true, true]);
  }
  expect(await rooms.getByName("a").alarmAt()).toBe(null);
});

test("what is overdue when a host starts runs at once, in order", async () => {
  const data = await folder();
  const { host, clock, rooms } = await start(data);
  const now = clock.now();
  await rooms.getByName("second").remind(now + 2000);
  await rooms.getByName("first").remind(now + 1000);
  await rooms.getByName("later").remind(now + 3_600_000);
  await host.close();
  expect(runs).toEqual([]);
  const next = await start(data, new TestClock(now + 60_000));
  await next.clock.settle();
  expect(runs.map(({ name, at }) => [name, at])).toEqual([
    ["first", now + 60_000],
    ["second", now + 60_000],
  ]);
});
