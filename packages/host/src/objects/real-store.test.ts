import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Clock, systemClock } from "../clock.ts";
import { installGlobals } from "../globals/install.ts";
import { openObjectStores } from "../storage/open.ts";
import { TestClock } from "../test-clock.ts";
import { setUp, TestObject } from "./test-kit.ts";

interface Storage {
  readonly sql: { exec(query: string, ...values: unknown[]): { toArray(): unknown[] } };
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  setAlarm(time: number): Promise<void>;
  getAlarm(): Promise<number | null>;
  transaction<T>(callback: (txn: Storage) => Promise<T>): Promise<T>;
}

class Test extends TestObject {
  readonly storage: Storage;
  log: string[] = [];

  constructor(ctx: unknown, env: unknown) {
    super(ctx, env);
    this.storage = (ctx as { storage: Storage }).storage;
    this.storage.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER)");
  }
  add(n: number) {
    this.storage.sql.exec("INSERT INTO t VALUES (?)", n);
  }
  all() {
    return this.storage.sql
      .exec("SELECT n FROM t ORDER BY n")
      .toArray()
      .map((row) => (row as { n: number }).n);
  }
  addThenAbort(n: number) {
    this.add(n);
    this.ctx.abort("gone");
  }
  async addThenFail(n: number) {
    await this.storage.transaction(async () => {
      this.add(n);
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error("roll back");
    });
  }
  async wake(inMs: number) {
    await this.storage.setAlarm(Date.now() + inMs);
  }
  async alarm() {
    this.add(-1);
    await this.storage.put("name", this.ctx.id.name);
  }
  stored() {
    return this.storage.get("name");
  }
}

beforeAll(installGlobals);

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "freehold-objects-"));
  cleanUps.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Objects over real files. */
function open(dataDirectory: string, clock: Clock = new TestClock()) {
  const storage = openObjectStores({ dataDirectory, clock });
  const host = setUp({ Test }, { stores: storage.stores, clock });
  const close = async () => {
    await host.directory.close(1000);
    await storage.close();
  };
  cleanUps.push(close);
  return { ...host, clock, storage, close };
}

test("what was written is there after eviction and after a restart", async () => {
  const path = await folder();
  const clock = new TestClock();
  const first = open(path, clock);
  await Promise.all([1, 2, 3].map((n) => first.stub().add!(n)));
  await clock.advance(70_000);
  await first.stub().add!(4);
  await first.close();
  const second = open(path);
  expect(await second.stub().all!()).toEqual([1, 2, 3, 4]);
});

test("an abort takes back what its turn wrote", async () => {
  const { stub } = open(await folder());
  await stub().add!(1);
  await expect(stub().addThenAbort!(2)).rejects.toThrow("gone");
  expect(await stub().all!()).toEqual([1]);
});

test("an asynchronous transaction keeps others out, rolls back, and harms nobody", async () => {
  const clock = new TestClock();
  const { stub } = open(await folder(), clock);
  const calls = [stub().addThenFail!(2), stub().add!(3)];
  const failed = expect(calls[0]).rejects.toMatchObject({ message: "roll back", remote: true });
  await clock.advance(5);
  await failed;
  await calls[1];
  expect(await stub().all!()).toEqual([3]);
});

test("an alarm runs on a cold object, which knows its name", async () => {
  const path = await folder();
  const first = open(path, systemClock);
  await first.stub().wake!(1);
  await first.close();
  const second = open(path, systemClock);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const delivered = await second.directory.deliver(second.keyOf("a"), { retryCount: 0 });
  expect(delivered).toEqual({ outcome: "done", next: null });
  expect(await second.stub().all!()).toEqual([-1]);
  expect(await second.stub().stored!()).toBe("a");
});
