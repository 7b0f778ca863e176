import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { AlarmTarget } from "../src/alarms/alarms.ts";
import { RELAXED_BOUND_MS } from "../src/journal/journal.ts";
import type { ObjectKey } from "../src/objects/key.ts";
import type { DurableObjectStorage } from "../src/storage/durable-object-storage.ts";
import { openObjectStores, type Storage } from "../src/storage/open.ts";
import { keyOf, StorageHarness, type TestStore } from "../src/storage/testing/harness.ts";
import { breathe, until } from "../src/storage/testing/slow-files.ts";
import { TestClock } from "../src/test-clock.ts";
import { PowerFiles, type Survival } from "./crash/power-files.ts";
import { SeededRandom } from "./crash/random.ts";

const INDEX = "host.sqlite-wal";
const HOUR = 3_600_000;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** Storage whose power can be cut. Everything that it holds at first is durable. */
class Machine {
  readonly files = new PowerFiles();
  readonly clock = new TestClock();
  readonly harness = new StorageHarness({ files: this.files, clock: this.clock });

  constructor() {
    cleanUp.push(() => {
      this.files.releaseAll();
      return this.harness.dispose();
    });
  }

  /** An object with this alarm, or none; from now on syncs wait. */
  async withAlarm(time: number | undefined, number = 1): Promise<TestStore> {
    const first = await this.harness.open(number);
    await first.storage.put("operation", 0);
    if (time !== undefined) await first.storage.setAlarm(time);
    await first.settle();
    await this.harness.restart();
    const again = await this.harness.open(number);
    expect(again.store.alarm).toBe(time ?? null);
    return again;
  }

  /** The machine after the power is back. */
  cut(survival: Survival, fraction: () => number = () => 0): Storage {
    const directory = mkdtempSync(join(tmpdir(), "freehold-power-"));
    this.files.cut(this.harness.directory, directory, survival, fraction);
    const storage = openObjectStores({ dataDirectory: directory, clock: this.clock });
    cleanUp.push(async () => {
      await storage.close();
      rmSync(directory, { recursive: true, force: true });
    });
    return storage;
  }
}

const onlyIndex: Survival = (path) => (path.endsWith(INDEX) ? "kept" : "lost");
const onlyObject: Survival = (path) => (path.endsWith(INDEX) ? "lost" : "kept");
const nothing: Survival = () => "lost";
/** The host's own file, and the folder that it is in. */
const ofIndex = (path: string) => /host\.sqlite-wal$|freehold-storage-[^/]+$/.test(path);

/** The object's row, read as its next activation does. */
async function rowOf(storage: Storage, key: ObjectKey) {
  const store = await storage.stores.open(key, undefined, {
    onFirstWrite: () => undefined,
    onFailure: () => undefined,
    mayHaveAlarm: () => true,
    exclusively: (callback) => callback(),
  });
  const api = store.api as DurableObjectStorage;
  const row = { alarm: store.alarm, operation: await api.get("operation") };
  await store.close();
  return row;
}

/** Index first, then row: opening the object would repair the index. */
async function stateOf(storage: Storage, key = keyOf(1)) {
  const index = storage.alarms.get(key) ?? null;
  return { index, row: (await rowOf(storage, key)).alarm };
}

/** Runs alarms as the directory of objects does: the row decides. */
function target(storage: Storage, clock: TestClock, ran: (key: ObjectKey, at: number) => void) {
  const deliver: AlarmTarget["deliver"] = async (key) => {
    const store = await storage.stores.open(key, undefined, {
      onFirstWrite: () => undefined,
      onFailure: () => undefined,
      mayHaveAlarm: () => true,
      exclusively: (callback) => callback(),
    });
    const due = store.alarm;
    const isDue = due !== null && due <= clock.now();
    if (isDue) {
      store.beginAlarm();
      ran(key, due);
      store.endAlarm("done");
      await store.durable();
    }
    const next = store.alarm;
    await store.close();
    return { outcome: isDue ? "done" : "none", next };
  };
  return { deliver, giveUp: async () => undefined } satisfies AlarmTarget;
}

describe("a power cut while an alarm moves", () => {
  test("earlier finds it in the index first: before, between and after the two syncs", async () => {
    const machine = new Machine();
    const { files, clock } = machine;
    const late = clock.now() + 2 * HOUR;
    const early = clock.now() + HOUR;
    const { storage, store } = await machine.withAlarm(late);
    files.held = true;
    await storage.setAlarm(early);
    const durable = store.durable();
    await until(() => files.waiting.length > 0);
    await breathe();
    // Before: the object has written nothing that could survive without the index.
    expect(files.waiting.every(({ path }) => !path.endsWith(`${keyOf(1).id}.sqlite-wal`))).toBe(
      true,
    );
    expect(await stateOf(machine.cut(onlyObject))).toEqual({ index: late, row: late });
    expect(await stateOf(machine.cut(onlyIndex))).toEqual({ index: early, row: late });
    files.release(INDEX);
    files.release(machine.harness.directory);
    await until(() => files.waiting.some(({ path }) => path.endsWith(`${keyOf(1).id}.sqlite-wal`)));
    // Between: with or without the object's commit the index wakes it early enough.
    expect(await stateOf(machine.cut(nothing))).toEqual({ index: early, row: late });
    expect(await stateOf(machine.cut(onlyObject))).toEqual({ index: early, row: early });
    files.releaseAll();
    await durable;
    expect(await stateOf(machine.cut(nothing))).toEqual({ index: early, row: early });
  });

  test.each(["later", "away"])("%s finds it in the index until the object's commit", async (to) => {
    const machine = new Machine();
    const { files, clock } = machine;
    const early = clock.now() + HOUR;
    const late = to === "later" ? clock.now() + 2 * HOUR : null;
    const { storage, store } = await machine.withAlarm(early);
    files.held = true;
    if (late === null) await storage.deleteAlarm();
    else await storage.setAlarm(late);
    const durable = store.durable();
    await until(() => files.waiting.length > 0);
    // Long enough for the index to be written out, if there were anything to write.
    await clock.advance(2 * RELAXED_BOUND_MS);
    await breathe();
    expect(await stateOf(machine.cut(onlyIndex))).toEqual({ index: early, row: early });
    expect(await stateOf(machine.cut(onlyObject))).toEqual({ index: early, row: late });
    files.releaseAll();
    await durable;
    files.held = true;
    expect(await stateOf(machine.cut(nothing))).toEqual({ index: early, row: late });
    files.releaseAll();
    await clock.advance(2 * RELAXED_BOUND_MS);
    await breathe();
    expect(await stateOf(machine.cut(nothing))).toEqual({ index: late, row: late });
  });

  test("for the first time finds it in both or in neither", async () => {
    const machine = new Machine();
    const { files, clock } = machine;
    const time = clock.now() + HOUR;
    const { storage, store } = await machine.withAlarm(undefined);
    files.held = true;
    await storage.setAlarm(time);
    const durable = store.durable();
    await until(() => files.waiting.length > 0);
    expect(await stateOf(machine.cut(onlyObject))).toEqual({ index: null, row: null });
    files.releaseAll();
    await durable;
    expect(await stateOf(machine.cut(nothing))).toEqual({ index: time, row: time });
  });

  test("away, back and away again finds it in the index for the commit between them", async () => {
    const machine = new Machine();
    const { files, clock } = machine;
    const early = clock.now() + HOUR;
    const late = clock.now() + 2 * HOUR;
    const { storage, store } = await machine.withAlarm(early);
    files.held = true;
    await storage.deleteAlarm();
    store.durable()?.catch(() => undefined);
    await until(() => files.waiting.some(({ path }) => path.endsWith(`${keyOf(1).id}.sqlite-wal`)));
    await storage.setAlarm(late);
    store.commit();
    await storage.deleteAlarm();
    store.commit();
    // The first commit is durable now, and says the same of the alarm as the third.
    files.release(`${keyOf(1).id}.sqlite-wal`);
    files.release("/00");
    for (let flush = 0; flush < 3; flush += 1) {
      await clock.advance(2 * RELAXED_BOUND_MS);
      await breathe();
      files.release(INDEX);
      files.release(machine.harness.directory);
      await breathe();
    }
    const torn: Survival = (path) => (path.endsWith(INDEX) ? "kept" : "torn");
    const after = machine.cut(torn, () => 0.6);
    expect(await stateOf(after)).toEqual({ index: early, row: late });
  });

  test("does not run it by an index that is ahead, and corrects the index at once", async () => {
    const machine = new Machine();
    const { files, clock } = machine;
    const late = clock.now() + 2 * HOUR;
    const { storage, store } = await machine.withAlarm(late);
    files.held = true;
    await storage.setAlarm(clock.now() + HOUR);
    store.durable()?.catch(() => undefined);
    await until(() => files.waiting.length > 0);
    const after = machine.cut(onlyIndex);
    expect(after.alarms.get(keyOf(1))).toBe(clock.now() + HOUR);
    // Objects that were open are read again in the background, with nobody asking.
    await until(() => after.alarms.get(keyOf(1)) === late);
    const ran: number[] = [];
    after.scheduler(target(after, clock, (_, time) => ran.push(time)));
    await clock.advance(2 * HOUR - 1);
    await breathe(50);
    expect(ran).toEqual([]);
    await clock.advance(1);
    await until(() => ran.length > 0);
    expect(ran).toEqual([late]);
  });

  test("at any moment loses no acknowledged alarm and runs none early", async () => {
    const seed = Number(process.env.FREEHOLD_POWER_SEED ?? Math.floor(Math.random() * 2 ** 32));
    const rounds = Number(process.env.FREEHOLD_POWER_ROUNDS ?? (process.env.CI ? 60 : 20));
    for (let round = 0; round < rounds; round += 1) {
      await cutAtRandom(new SeededRandom(seed + round)).catch((cause: unknown) => {
        const text = `A cut with FREEHOLD_POWER_SEED=${seed + round} failed: ${cause}`;
        throw new Error(text, { cause });
      });
      for (const step of cleanUp.splice(0).reverse()) await step();
    }
  });
});

/** A sync that is told to be done and is not makes the host go ahead: the wrong order. */
describe("the checks find out a host", () => {
  test("that commits an earlier alarm before the index has it", async () => {
    const machine = new Machine();
    const { files, clock } = machine;
    const late = clock.now() + 2 * HOUR;
    const early = clock.now() + HOUR;
    const { storage, store } = await machine.withAlarm(late);
    files.lies = ofIndex;
    files.held = true;
    await storage.setAlarm(early);
    store.durable()?.catch(() => undefined);
    await until(() => files.waiting.some(({ path }) => path.endsWith(`${keyOf(1).id}.sqlite-wal`)));
    // Nothing wakes the object in time.
    expect(await stateOf(machine.cut(onlyObject))).toEqual({ index: late, row: early });
  });

  test.each(["later", "away"])("that tells the index of %s before the commit", async (to) => {
    const machine = new Machine();
    const { files, clock } = machine;
    const early = clock.now() + HOUR;
    const late = to === "later" ? clock.now() + 2 * HOUR : null;
    const { storage, store } = await machine.withAlarm(early);
    files.lies = (path) => path.endsWith(`${keyOf(1).id}.sqlite-wal`);
    if (late === null) await storage.deleteAlarm();
    else await storage.setAlarm(late);
    await store.durable();
    await clock.advance(2 * RELAXED_BOUND_MS);
    await breathe();
    expect(await stateOf(machine.cut(nothing))).toEqual({ index: late, row: early });
  });

  test("at some moment of a random run", async () => {
    const failures: unknown[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      await cutAtRandom(new SeededRandom(seed), ofIndex).catch((error) => failures.push(error));
      for (const step of cleanUp.splice(0).reverse()) await step();
    }
    expect(failures.length).toBeGreaterThan(2);
    // The index knows nothing of an alarm, or a later time; or the alarm never ran.
    for (const failure of failures) {
      expect(String(failure)).toMatch(/less than or equal|must be number or bigint|not come about/);
    }
  });
});

const OBJECTS = 3;
const OPERATIONS = 12;

/** Moves alarms of several objects about, lets syncs go in any order, and cuts. */
async function cutAtRandom(
  random: SeededRandom,
  lies: PowerFiles["lies"] = () => false,
): Promise<void> {
  const machine = new Machine();
  const { files, clock } = machine;
  for (let number = 1; number <= OBJECTS; number += 1) {
    const { storage, settle } = await machine.harness.open(number);
    await storage.put("operation", 0);
    await settle();
  }
  await machine.harness.restart();
  files.lies = lies;
  files.held = true;
  const objects = await Promise.all(
    Array.from({ length: OBJECTS }, (_, index) => follow(machine, index + 1)),
  );
  const operations = random.between(1, OPERATIONS);
  for (let operation = 0; operation < operations; operation += 1) {
    const object = objects[random.between(0, OBJECTS - 1)] as Followed;
    const time = clock.now() + random.between(1, 100) * 60_000;
    await object.move(random.fraction() < 0.25 ? null : time, random.fraction() < 0.6);
    await breathe(random.between(0, 3));
    // Long enough for the index to be written out.
    if (random.fraction() < 0.4) await clock.advance(2 * RELAXED_BOUND_MS);
    if (random.fraction() < 0.6) files.release(random.fraction() < 0.5 ? INDEX : "");
    await breathe(random.between(0, 3));
  }
  const fates = ["lost", "kept", "torn"] as const;
  const after = machine.cut(
    () => fates[random.between(0, 2)] as (typeof fates)[number],
    () => random.fraction(),
  );
  const acknowledged = objects.map((object) => object.acknowledged);
  const rows: (number | null)[] = [];
  for (const [index, { key, history }] of objects.entries()) {
    const known = after.alarms.get(key);
    const { alarm, operation } = await rowOf(after, key);
    expect(operation).toBeGreaterThanOrEqual(acknowledged[index] as number);
    expect(alarm).toBe(history[operation as number]);
    if (alarm !== null) expect(known).toBeLessThanOrEqual(alarm);
    rows.push(alarm);
  }
  const ran = new Map<string, number>();
  after.scheduler(
    target(after, clock, (key, time) => {
      expect(time).toBeLessThanOrEqual(clock.now());
      ran.set(key.id, time);
    }),
  );
  for (let minute = 0; minute <= 100; minute += 20) {
    await clock.advance(20 * 60_000);
    await breathe(10);
  }
  await until(() => ran.size === rows.filter((row) => row !== null).length);
  expect(objects.map(({ key }) => ran.get(key.id) ?? null)).toEqual(rows);
}

interface Followed {
  readonly key: ObjectKey;
  /** The alarm after each operation. */
  readonly history: (number | null)[];
  /** The last operation that was said to be durable. */
  readonly acknowledged: number;
  /** @param waits asks when it is durable */
  move(time: number | null, waits: boolean): Promise<void>;
}

async function follow(machine: Machine, number: number): Promise<Followed> {
  const { key, storage, store } = await machine.harness.open(number);
  const history: (number | null)[] = [null];
  let acknowledged = 0;
  return {
    key,
    history,
    get acknowledged() {
      return acknowledged;
    },
    async move(time, waits) {
      const operation = history.push(time) - 1;
      await storage.put("operation", operation);
      if (time === null) await storage.deleteAlarm();
      else await storage.setAlarm(time);
      store.commit();
      if (!waits) return;
      // The end of the test closes it under whoever still waits.
      store.durable()?.then(
        () => {
          acknowledged = Math.max(acknowledged, operation);
        },
        () => undefined,
      );
    },
  };
}
