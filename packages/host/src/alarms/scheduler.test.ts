import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectKey } from "../objects/key.ts";
import { systemRandom } from "../random.ts";
import { keyOf, StorageHarness, type TestStore } from "../storage/testing/harness.ts";
import { breathe, SlowFiles } from "../storage/testing/slow-files.ts";
import type { AlarmOutcome, AlarmTarget } from "./alarms.ts";
import type { StoredAlarmIndex } from "./index.ts";
import { AlarmScheduler } from "./scheduler.ts";

interface Run {
  readonly id: number;
  readonly scheduled: number;
  readonly at: number;
  readonly retryCount: number;
}

type Handler = (run: Run) => "done" | "failed" | "interrupted" | { readonly rearm: number };

/**
 * Runs alarms of real objects as a directory does, with a handler that the test gives: an object is open
 * once, and who wants it meanwhile waits; after `close` nothing begins.
 */
class Objects implements AlarmTarget {
  readonly runs: Run[] = [];
  readonly given: number[] = [];
  readonly #harness: StorageHarness;
  readonly #handler: Handler;
  /** The last who had each object, or waits for it. */
  readonly #turns = new Map<number, Promise<unknown>>();
  #isClosed = false;

  constructor(harness: StorageHarness, handler: Handler = () => "done") {
    this.#harness = harness;
    this.#handler = handler;
  }

  deliver(key: ObjectKey, { retryCount }: { readonly retryCount: number }) {
    const id = Number.parseInt(key.id, 16);
    return this.#use(id, async ({ store, storage }) => {
      const at = this.#harness.clock.now();
      const scheduled = store.alarm;
      let outcome: AlarmOutcome = "none";
      if (scheduled !== null && scheduled <= at) {
        const run = { id, scheduled, at, retryCount };
        this.runs.push(run);
        store.beginAlarm();
        const result = this.#handler(run);
        if (typeof result === "object") await storage.setAlarm(result.rearm);
        outcome = typeof result === "object" ? "done" : result;
        store.endAlarm(outcome === "done" ? "done" : "keep");
      }
      await store.durable();
      return { outcome, next: store.alarm };
    });
  }

  giveUp(key: ObjectKey, time: number): Promise<void> {
    const id = Number.parseInt(key.id, 16);
    this.given.push(id);
    return this.#use(id, async ({ store, storage }) => {
      if (store.alarm === time) await storage.deleteAlarm();
      await store.durable();
    });
  }

  setAlarm(id: number, time: number | null): Promise<void> {
    return this.#use(id, async ({ store, storage }) => {
      if (time === null) await storage.deleteAlarm();
      else await storage.setAlarm(time);
      await store.durable();
    });
  }

  alarmOf(id: number): Promise<number | null> {
    return this.#use(id, async ({ store }) => store.alarm);
  }

  /** Everybody who had an object, or waited for one, is done. Files may take as long as they like. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#turns.values());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.idle();
  }

  #use<T>(id: number, work: (opened: TestStore) => Promise<T>): Promise<T> {
    const before = this.#turns.get(id) ?? Promise.resolve();
    const turn = before.then(
      () => this.#open(id, work),
      () => this.#open(id, work),
    );
    this.#turns.set(id, turn);
    return turn;
  }

  async #open<T>(id: number, work: (opened: TestStore) => Promise<T>): Promise<T> {
    const opened = await this.#harness.open(id);
    try {
      if (this.#isClosed) throw new Error("The objects were closed.");
      return await work(opened);
    } finally {
      await opened.store.close();
    }
  }
}

let harness: StorageHarness;

beforeEach(() => {
  harness = new StorageHarness({
    durability: "memory",
    random: { bytes: () => new Uint8Array(), fraction: () => 0 },
  });
});

afterEach(() => harness.dispose());

const setAlarm = (id: number, time: number | null) => new Objects(harness).setAlarm(id, time);
const alarmOf = (id: number) => new Objects(harness).alarmOf(id);

describe("the scheduler", () => {
  test("delivers at the time and not before", async () => {
    const start = harness.clock.now();
    const objects = new Objects(harness);
    harness.storage.scheduler(objects);
    await setAlarm(1, start + 5000);
    await harness.clock.advance(4999);
    expect(objects.runs).toEqual([]);
    await harness.clock.advance(1);
    const at = start + 5000;
    expect(objects.runs).toEqual([{ id: 1, scheduled: at, at, retryCount: 0 }]);
    await harness.clock.advance(100_000);
    expect(objects.runs).toHaveLength(1);
    expect(await alarmOf(1)).toBe(null);
  });

  test("asks for none before its time, however close they are", async () => {
    const start = harness.clock.now();
    const asked: number[] = [];
    for (let id = 1; id <= 20; id += 1) void harness.storage.alarms.put(keyOf(id), start + id);
    harness.storage.scheduler({
      async deliver(key) {
        asked.push(harness.clock.now() - start - Number.parseInt(key.id, 16));
        return { outcome: "done", next: null };
      },
      giveUp: async () => undefined,
    });
    await harness.clock.advance(50);
    expect(asked).toEqual(new Array(20).fill(0));
  });

  test("delivers what is overdue when it starts", async () => {
    await setAlarm(1, harness.clock.now() + 1000);
    await harness.restart();
    await harness.clock.advance(60_000);
    const objects = new Objects(harness);
    harness.storage.scheduler(objects);
    await harness.clock.advance(0);
    expect(objects.runs.map((run) => run.id)).toEqual([1]);
  });

  test("follows an alarm that is moved or deleted", async () => {
    const start = harness.clock.now();
    const objects = new Objects(harness);
    harness.storage.scheduler(objects);
    await setAlarm(1, start + 5000);
    await setAlarm(1, start + 1000);
    await setAlarm(2, start + 2000);
    await setAlarm(2, start + 9000);
    await setAlarm(3, start + 3000);
    await setAlarm(3, null);
    await harness.clock.advance(20_000);
    expect(objects.runs.map(({ id, at }) => [id, at - start])).toEqual([
      [1, 1000],
      [2, 9000],
    ]);
  });

  test("tries again after 2, 4, … 64 s with the count, then gives up", async () => {
    const start = harness.clock.now();
    const objects = new Objects(harness, () => "failed");
    harness.storage.scheduler(objects);
    await setAlarm(1, start + 1000);
    await harness.clock.advance(1_000_000);
    const waits = [0, 2, 6, 14, 30, 62, 126].map((seconds) => 1000 + seconds * 1000);
    expect(objects.runs.map((run) => run.at - start)).toEqual(waits);
    expect(objects.runs.map((run) => run.retryCount)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(objects.given).toEqual([1]);
    expect(await alarmOf(1)).toBe(null);
  });

  test("gives up the alarm that failed, and not one that was set since", async () => {
    const start = harness.clock.now();
    const later = start + 500_000;
    let set: Promise<void> | undefined;
    const objects = new Objects(harness, ({ scheduled, retryCount }) => {
      // Waits until this run has ended, and comes before it is given up.
      if (retryCount === 6) set = objects.setAlarm(1, later);
      return scheduled === later ? "done" : "failed";
    });
    harness.storage.scheduler(objects);
    await setAlarm(1, start + 1000);
    await harness.clock.advance(400_000);
    await set;
    expect(objects.given).toEqual([1]);
    expect(await objects.alarmOf(1)).toBe(later);
    await harness.clock.advance(200_000);
    expect(objects.runs.slice(7)).toEqual([{ id: 1, scheduled: later, at: later, retryCount: 0 }]);
  });

  test("tells of interruptions as of failures, and forgets both for a new alarm", async () => {
    const start = harness.clock.now();
    const results = ["interrupted", "failed", { rearm: start + 60_000 }, "done"] as const;
    const objects = new Objects(harness, () => results[objects.runs.length - 1] ?? "done");
    harness.storage.scheduler(objects);
    await setAlarm(1, start + 1000);
    await harness.clock.advance(1_000_000);
    expect(objects.runs.map(({ at, retryCount }) => [at - start, retryCount])).toEqual([
      ...[
        [1000, 0],
        [3000, 1],
        [7000, 2],
        [60_000, 0],
      ],
    ]);
  });

  test("goes on counting after a restart", async () => {
    const start = harness.clock.now();
    const objects = new Objects(harness, () => "failed");
    harness.storage.scheduler(objects);
    await setAlarm(1, start + 1000);
    await harness.clock.advance(4000);
    expect(objects.runs.map((run) => run.retryCount)).toEqual([0, 1]);
    await harness.restart();
    harness.storage.scheduler(objects);
    await harness.clock.advance(1_000_000);
    expect(objects.runs).toHaveLength(7);
    expect(objects.given).toEqual([1]);
  });

  test("runs one alarm of an object at a time, and survives what a target throws", async () => {
    let running = 0;
    let most = 0;
    let tries = 0;
    const errors: unknown[] = [];
    await harness.dispose();
    harness = new StorageHarness({ durability: "memory", onError: (error) => errors.push(error) });
    harness.storage.scheduler({
      async deliver() {
        running += 1;
        most = Math.max(most, running);
        tries += 1;
        await breathe(2);
        void harness.storage.alarms.put(keyOf(1), harness.clock.now());
        await breathe(3);
        running -= 1;
        if (tries < 3) throw new Error("lost");
        return { outcome: "none", next: null };
      },
      giveUp: async () => undefined,
    });
    void harness.storage.alarms.put(keyOf(1), harness.clock.now() + 10);
    for (let step = 0; step < 20; step += 1) await harness.clock.advance(1000);
    expect(most).toBe(1);
    expect(tries).toBeGreaterThanOrEqual(3);
    expect(errors).toHaveLength(2);
  });

  test("thousands due at once leave turns to others", async () => {
    const count = 3000;
    const due = harness.clock.now() + 1000;
    for (let id = 1; id <= count; id += 1) void harness.storage.alarms.put(keyOf(id), due);
    let inFlight = 0;
    let most = 0;
    let delivered = 0;
    let perTurn = 0;
    let mostPerTurn = 0;
    harness.storage.scheduler({
      async deliver() {
        inFlight += 1;
        perTurn += 1;
        most = Math.max(most, inFlight);
        await breathe(1);
        inFlight -= 1;
        delivered += 1;
        return { outcome: "done", next: null };
      },
      giveUp: async () => undefined,
    });
    let turns = 0;
    const countTurn = () => {
      mostPerTurn = Math.max(mostPerTurn, perTurn);
      perTurn = 0;
      turns += 1;
      if (delivered < count) setImmediate(countTurn);
    };
    setImmediate(countTurn);
    await harness.clock.advance(1000);
    while (delivered < count) await breathe(1);
    expect(mostPerTurn).toBeLessThanOrEqual(2 * 16);
    expect(turns).toBeGreaterThan(count / 32);
    expect(most).toBeLessThanOrEqual(128);
  });

  test("fewer run at a time while turns of the event loop are long", async () => {
    const count = 600;
    const due = harness.clock.now() + 1000;
    for (let id = 1; id <= count; id += 1) void harness.storage.alarms.put(keyOf(id), due);
    // Each delivery takes a millisecond of the event loop, at its end.
    let time = 0;
    let inFlight = 0;
    const most: number[] = [];
    let delivered = 0;
    const scheduler = new AlarmScheduler({
      index: harness.storage.alarms as StoredAlarmIndex,
      ...{ clock: harness.clock, random: systemRandom, turnTime: () => time },
    });
    scheduler.start({
      async deliver() {
        inFlight += 1;
        most.push(inFlight);
        await breathe(3);
        inFlight -= 1;
        time += 1;
        delivered += 1;
        return { outcome: "done", next: null };
      },
      giveUp: async () => undefined,
    });
    await harness.clock.advance(1000);
    while (delivered < count) await breathe(1);
    scheduler.stop();
    expect(Math.max(...most.slice(count / 3))).toBeLessThan(64);
    expect(Math.max(...most.slice(count / 3))).toBeGreaterThan(4);
  });

  test("handlers that run long do not hold up others", async () => {
    const due = harness.clock.now() + 1000;
    const forever = new Promise<never>(() => undefined);
    let quick = 0;
    harness.storage.scheduler({
      async deliver(key) {
        if (Number.parseInt(key.id, 16) <= 200) return forever;
        quick += 1;
        return { outcome: "done", next: null };
      },
      giveUp: async () => undefined,
    });
    for (let id = 1; id <= 300; id += 1) void harness.storage.alarms.put(keyOf(id), due);
    for (let step = 0; step < 10; step += 1) await harness.clock.advance(1000);
    expect(quick).toBe(100);
  });
});

describe("after an unclean stop", () => {
  test("alarms that were in motion are read again from their objects", async () => {
    await harness.dispose();
    harness = new StorageHarness({ durability: "relaxed", files: new SlowFiles() });
    const start = harness.clock.now();
    await setAlarm(1, start + 1000);
    const two = await harness.open(2);
    await two.storage.setAlarm(start + 2000);
    await two.store.durable();
    harness.storage.alarms.remove(keyOf(2));
    await harness.clock.advance(500);

    const after = harness.crash();
    const objects = new Objects(after);
    after.storage.scheduler(objects);
    await breathe(20);
    expect(after.storage.alarms.get(keyOf(2))).toBe(start + 2000);
    await after.clock.advance(5000);
    expect(objects.runs.map((run) => run.id)).toEqual([1, 2]);
    await after.dispose();
  });

  test("whatever was set and kept is delivered, never early, over any stops", async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("set" as const),
        id: fc.integer({ min: 1, max: 5 }),
        after: fc.nat(5000),
      }),
      fc.record({ kind: fc.constant("delete" as const), id: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(3000) }),
      fc.record({ kind: fc.constant("restart" as const) }),
      fc.record({ kind: fc.constant("crash" as const) }),
    );
    const fails = fc.array(fc.constantFrom<AlarmOutcome>("done", "failed", "interrupted"), {
      maxLength: 8,
    });
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 14 }),
      fails,
      async (steps, outcomes) => {
        await harness.dispose();
        harness = new StorageHarness({ durability: "relaxed" });
        const left = [...outcomes];
        const runs: Run[] = [];
        const handler: Handler = (run) => {
          runs.push(run);
          return (left.shift() ?? "done") as "done" | "failed" | "interrupted";
        };
        const wanted = new Map<number, number>();
        const start = () => {
          const objects = new Objects(harness, handler);
          return { objects, scheduler: harness.storage.scheduler(objects) };
        };
        let { objects, scheduler } = start();
        for (const each of steps) {
          if (each.kind === "set") {
            const time = harness.clock.now() + each.after;
            await objects.setAlarm(each.id, time);
            wanted.set(each.id, time);
          } else if (each.kind === "delete") {
            await objects.setAlarm(each.id, null);
            wanted.delete(each.id);
          } else if (each.kind === "wait") {
            await harness.clock.advance(each.ms);
          } else {
            const before = harness;
            if (each.kind === "crash") harness = before.crash();
            // What is killed does nothing more; what stops is let finish.
            scheduler.stop();
            await objects.close();
            if (each.kind === "crash") await before.dispose();
            else await harness.restart();
            ({ objects, scheduler } = start());
          }
        }
        // Time passes faster than files are synced: each try may need a round of its own.
        for (let round = 0; round < 5 + outcomes.length; round += 1) {
          await harness.clock.advance(2_000_000);
          await objects.idle();
        }
        for (const run of runs) expect(run.at).toBeGreaterThanOrEqual(run.scheduled);
        for (const [id, time] of wanted) {
          expect(runs.some((run) => run.id === id && run.scheduled === time)).toBe(true);
          expect(await objects.alarmOf(id)).toBe(null);
        }
      },
    );
    // Set anew, stopped and killed just when it is delivered, which chance rarely finds.
    const due = { kind: "set" as const, id: 1, after: 0 };
    const seconds = [due, { kind: "restart" as const }, { kind: "crash" as const }];
    const examples = seconds.map((each): [(typeof each)[], AlarmOutcome[]] => [[due, each], []]);
    await fc.assert(property, { numRuns: 40, examples });
  });
});
