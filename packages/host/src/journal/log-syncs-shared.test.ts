import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { objectFile } from "../storage/data-directory.ts";
import { StorageHarness } from "../storage/testing/harness.ts";
import { breathe, SlowFiles, until } from "../storage/testing/slow-files.ts";
import { LogSyncs } from "./log-syncs.ts";
import { SharedLog } from "./shared-log/shared-log.ts";

let directory: string;
let files: SlowFiles;
let shared: SharedLog;
let syncs: LogSyncs;
/** Where the sync of each object was made, in order. */
let places: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "freehold-shared-log-"));
  files = new SlowFiles();
  shared = new SharedLog({ files, dataDirectory: directory, now: () => 0 });
  syncs = new LogSyncs(files, () => 0, shared);
  places = [];
  shared.open();
  await until(() => shared.isReady);
});
afterEach(async () => {
  files.release();
  await shared.close();
  rmSync(directory, { recursive: true, force: true });
});

/** An object commits. Resolves when that is durable. */
function commit(object: number, mayShare = true): Promise<void> {
  const path = join(directory, `${object}-wal`);
  const own = async () => {
    const log = files.openToWrite(path);
    await syncs.sync(log, "thread");
    files.close(log);
  };
  return new Promise((resolve, reject) =>
    syncs.begin((place) => {
      places.push(`${object} ${place}`);
      const part = {
        object: `app-Thing/${object}`,
        salts: Buffer.alloc(8),
        at: 0,
        bytes: Buffer.alloc(9),
      };
      const durable = place === "shared" ? shared.add({ ...part, path, own }) : own();
      durable.then(resolve, reject);
    }, mayShare),
  );
}

const sharedSyncs = () => files.syncs("commits-1.log");

test("objects that commit in one turn are one sync, and the others are synced beside it", async () => {
  await Promise.all([commit(1), commit(2), commit(3), commit(4, false)]);
  expect(places.sort()).toEqual(["1 shared", "2 shared", "3 shared", "4 thread"]);
  expect([sharedSyncs(), files.syncs("4-wal")]).toEqual([1, 1]);
});

test("an object alone in its turn syncs its own log", async () => {
  await commit(1);
  expect([places, sharedSyncs()]).toEqual([["1 thread"], 0]);
});

test("those that come while the shared log is synced wait for it, and are the next sync together", async () => {
  files.held = true;
  const first = Promise.all([commit(1), commit(2)]);
  await until(() => shared.isSyncing);
  const next = Promise.all([commit(3), commit(4), commit(1)]);
  await breathe();
  expect([places.length, sharedSyncs()]).toEqual([2, 1]);
  files.releaseOnce();
  await first;
  await until(() => files.waiting.length > 0);
  expect([places.length, sharedSyncs()]).toEqual([5, 2]);
  files.release();
  await next;
});

test("what may not be shared does not wait for the shared log, nor begin it", async () => {
  files.held = true;
  const first = Promise.all([commit(1), commit(2)]);
  await until(() => shared.isSyncing);
  const gathered = commit(3);
  const other = commit(4, false);
  await until(() => places.includes("4 thread"));
  await breathe();
  expect([places.includes("3 thread"), sharedSyncs()]).toEqual([false, 1]);
  files.release();
  await Promise.all([first, gathered, other]);
});

test("what an object wrote is durable with its deletion, when the shared log fails between them", async () => {
  const slow = new SlowFiles();
  const harness = new StorageHarness({ files: slow });
  const stores = [await harness.open(1), await harness.open(2)] as const;
  const write = (value: number) => {
    for (const { storage } of stores) storage.kv.put("a", value);
    return stores.map(({ store }) => store.durable());
  };
  for (let value = 0; slow.syncs("commits-1.log") === 0; value++) await Promise.all(write(value));
  slow.held = true;
  let isDurable = false;
  const durable = write(-1)[0]?.then(() => {
    isDurable = true;
  });
  await until(() => slow.waiting.some(({ what }) => what === "commits-1.log"));
  await stores[0].storage.deleteAll();
  slow.refuse();
  await until(() => slow.waiting.some(({ what }) => what === "directory"));
  expect(isDurable).toBe(false);
  slow.release();
  await durable;
  await harness.dispose();
});

test("the log of an object that is small, and never at rest, is folded all the same", async () => {
  const slow = new SlowFiles();
  const harness = new StorageHarness({ files: slow, logBytes: 200_000 });
  const { key, storage, store, settle } = await harness.open();
  storage.kv.put("a", 0);
  await settle();
  slow.held = true;
  for (let number = 1; number <= 300; number += 1) {
    storage.kv.put("a", number);
    store.commit();
    void store.durable();
    if (number % 64 === 0) await breathe(1);
  }
  await breathe();
  const log = `${objectFile(harness.directory, key)}-wal`;
  expect(slow.size(log)).toBeLessThan(600_000);
  slow.release();
  await settle();
  const after = harness.crash();
  expect((await after.open()).storage.kv.get("a")).toBe(300);
  await after.dispose();
  await harness.dispose();
});
