import { setImmediate } from "node:timers";
import { afterEach, describe, expect, test } from "vitest";
import { type Descriptor, type Files, systemFiles } from "../files.ts";
import { atRoundEnd } from "../sockets/round.ts";
import { StorageHarness, type TestStore } from "../storage/testing/harness.ts";
import { breathe } from "../storage/testing/slow-files.ts";
import { LogSyncs } from "./log-syncs.ts";

/** A disk whose syncs take as long as the test says, by a clock that only they move. */
class Disk {
  now = 0;
  takes = 0.1;
  /** Descriptors, in order, behind `blocked` or `thread`. */
  readonly log: string[] = [];
  readonly #held: (() => void)[] = [];
  isHeld = false;
  readonly files: Files = {
    ...systemFiles,
    syncNow: (descriptor) => {
      this.log.push(`blocked ${descriptor}`);
      this.now += this.takes;
    },
    sync: async (descriptor) => {
      this.log.push(`thread ${descriptor}`);
      if (this.isHeld) await new Promise<void>((resolve) => this.#held.push(resolve));
      this.now += this.takes;
    },
  };
  readonly syncs = new LogSyncs(this.files, () => this.now);

  release(): void {
    this.isHeld = false;
    for (const resolve of this.#held.splice(0)) resolve();
  }

  /** An object commits. Resolves when that is durable. */
  commit(descriptor: Descriptor = 1): Promise<void> {
    return new Promise((resolve, reject) =>
      this.syncs.begin((place) => {
        const synced = this.syncs.sync(descriptor, place);
        if (synced === undefined) resolve();
        else synced.then(resolve, reject);
      }),
    );
  }

  /** How many of the next commits, one after another, block. */
  async blocking(commits: number): Promise<number> {
    this.log.length = 0;
    for (let count = 0; count < commits; count += 1) await this.commit();
    return this.log.filter((line) => line.startsWith("blocked")).length;
  }
}

describe("syncs on the event loop", () => {
  test("are made once the disk has shown that it is quick", async () => {
    const disk = new Disk();
    const unproven = 60 - (await disk.blocking(60));
    expect(unproven).toBeGreaterThan(10);
    expect(unproven).toBeLessThan(40);
    expect(await disk.blocking(50)).toBe(50);
  });

  test.each([0.6, 2, 30])("are not made on a disk that takes %d ms", async (takes) => {
    const disk = new Disk();
    disk.takes = takes;
    expect(await disk.blocking(300)).toBe(0);
  });

  test("end when the disk becomes slow: one stall at most, then one for each time it has recovered", async () => {
    const disk = new Disk();
    await disk.blocking(60);
    disk.takes = 8;
    expect(await disk.blocking(300)).toBeLessThanOrEqual(1);
    disk.takes = 0.1;
    const recovering = 200 - (await disk.blocking(200));
    expect(recovering).toBeGreaterThan(30);
    expect(recovering).toBeLessThan(100);
  });

  test("let what waited for them leave at once, together", async () => {
    const disk = new Disk();
    await disk.blocking(60);
    const order: string[] = [];
    const write = (text: string) => atRoundEnd(() => order.push(text));
    const commits = [1, 2].map((descriptor) =>
      disk.commit(descriptor).then(() => {
        setImmediate(() => order.push("next round"));
        write(`answer ${descriptor}`);
        order.push(`durable ${descriptor}`);
      }),
    );
    await Promise.all(commits);
    await new Promise(setImmediate);
    expect(order.slice(0, 4)).toEqual(["durable 1", "durable 2", "answer 1", "answer 2"]);
    write("later");
    expect(order).not.toContain("later");
    await new Promise(setImmediate);
    expect(order.at(-1)).toBe("later");
  });

  test("are made for as many objects at a time as take less than a limit together", async () => {
    const disk = new Disk();
    await disk.blocking(100);
    const together = async (objects: number) => {
      disk.log.length = 0;
      await Promise.all(Array.from({ length: objects }, (_, index) => disk.commit(index)));
      await breathe();
      return new Set(disk.log.map((line) => line.split(" ")[0]));
    };
    expect(await together(4)).toEqual(new Set(["blocked"]));
    expect(await together(8)).toEqual(new Set(["thread"]));
    disk.takes = 0.001;
    await disk.blocking(200);
    expect(await together(50)).toEqual(new Set(["blocked"]));
  });

  test("are not made while another sync is on its way", async () => {
    const disk = new Disk();
    await disk.blocking(60);
    disk.isHeld = true;
    const many = Array.from({ length: 8 }, (_, index) => disk.commit(index));
    await breathe();
    disk.log.length = 0;
    const third = disk.commit(3);
    expect(disk.log).toEqual(["thread 3"]);
    disk.release();
    await Promise.all([...many, third]);
    await breathe();
    expect(await disk.blocking(1)).toBe(1);
  });

  test("wait until the event loop has handled what has arrived", async () => {
    const disk = new Disk();
    await disk.blocking(60);
    disk.log.length = 0;
    const committed = disk.commit();
    await Promise.resolve();
    expect(disk.log).toEqual([]);
    await committed;
    expect(disk.log).toEqual(["blocked 1"]);
  });
});

describe("an object that commits one turn after another", () => {
  let blocked = 0;
  let threads = 0;
  let harness: StorageHarness;

  const write = ({ storage, settle }: TestStore, number: number) => {
    storage.sql.exec("INSERT INTO t VALUES (?)", number);
    return settle();
  };

  /** @param ms what a sync takes on a thread */
  async function commits(ms: number, fails = false): Promise<TestStore> {
    harness = new StorageHarness({
      files: {
        ...systemFiles,
        async sync(descriptor) {
          threads += 1;
          if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
          else systemFiles.sizeOf(descriptor);
        },
        syncNow() {
          blocked += 1;
          if (fails) throw new Error("EIO: i/o error, fdatasync");
        },
      },
    });
    const store = await harness.open(1);
    store.storage.sql.exec("CREATE TABLE t (n)");
    await store.settle();
    [blocked, threads] = [0, 0];
    return store;
  }

  afterEach(() => harness.dispose());

  test("never blocks the event loop on a slow disk", async () => {
    const store = await commits(2);
    for (let number = 0; number < 60; number += 1) await write(store, number);
    expect([blocked, threads >= 60]).toEqual([0, true]);
  });

  test("is lost when a sync on the event loop fails", async () => {
    const store = await commits(0, true);
    let failure: unknown;
    for (let number = 0; number < 2000 && failure === undefined; number += 1) {
      await write(store, number).catch((error: unknown) => {
        failure = error;
      });
    }
    expect(failure).toMatchObject({ code: "STORAGE_SYNC_FAILED" });
    expect([blocked, store.failures.length]).toEqual([1, 1]);
    expect(() => write(store, -1)).toThrow(/could not be synced/);
  });
});
