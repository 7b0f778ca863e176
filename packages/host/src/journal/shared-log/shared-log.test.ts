import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemFiles } from "../../files.ts";
import { SlowFiles, until } from "../../storage/testing/slow-files.ts";
import { readRecords } from "./record.ts";
import { SharedLog } from "./shared-log.ts";

const SALTS = Buffer.from("saltsalt");
const PART_BYTES = 4120;

let directory: string;
let files: SlowFiles;
let log: SharedLog;
/** Objects whose own logs were synced because the shared one was not. */
let own: number[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "freehold-shared-log-"));
  files = new SlowFiles();
  log = await opened();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function opened(mostBytes = 40_000): Promise<SharedLog> {
  const made = new SharedLog({ files, dataDirectory: directory, now: () => 0, mostBytes });
  own = [];
  made.open();
  await until(() => made.isReady);
  return made;
}

const pathOf = (number: number) => join(directory, `${number}-wal`);

/** What an object has added to its own log, which is on its way there. */
function add(number: number): Promise<void> {
  writeFileSync(pathOf(number), Buffer.concat([Buffer.alloc(16), SALTS]));
  return log.add({
    ...{
      object: `app-Thing/${number}`,
      salts: SALTS,
      at: 32,
      bytes: Buffer.alloc(PART_BYTES, number),
    },
    path: pathOf(number),
    async own() {
      own.push(number);
    },
  });
}

/** The same, and it becomes durable by itself. */
async function flush(number: number): Promise<void> {
  const durable = add(number);
  log.flush(false);
  await durable;
  await log.settled;
}

const nameOf = (object: string) => object.slice("app-Thing/".length);

/** The objects in each record of a file. */
function recordsIn(name: string): string[] {
  const records = [...readRecords(readFileSync(join(directory, name)))];
  return records.map(({ parts }) => parts.map(({ object }) => nameOf(object)).join());
}

const syncedAlone = () => files.log.filter((line) => /^sync \d+-wal$/.test(line)).length;

test("what was added is durable with one sync, and is there to be read", async () => {
  files.held = true;
  let durable = 0;
  for (const number of [1, 2, 3]) void add(number).then(() => (durable += 1));
  expect(log.flush(false)).toBe(false);
  expect(log.isSyncing).toBe(true);
  await until(() => files.waiting.length > 0);
  expect([durable, files.syncs("commits-1.log")]).toEqual([0, 1]);
  files.release();
  await log.settled;
  await until(() => durable === 3);
  expect(recordsIn("commits-1.log")).toEqual(["1,2,3"]);
  expect([own, syncedAlone()]).toEqual([[], 0]);
});

test("a file keeps its length, and is written from its beginning when all that it covers is synced", async () => {
  for (let number = 1; number <= 9; number += 1) await flush(number);
  expect(recordsIn("commits-1.log")).toHaveLength(9);
  const length = statSync(join(directory, "commits-1.log")).size;
  files.held = true;
  const durable = add(10);
  log.flush(false);
  await until(() => files.waiting.some(({ what }) => what === "commits-2.log"));
  await until(() => files.waiting.some(({ what }) => what.endsWith("-wal")));
  expect(recordsIn("commits-1.log")).toHaveLength(9);
  files.release();
  await durable;
  await log.settled;
  await until(() => syncedAlone() === 9);
  for (let number = 11; number <= 18; number += 1) await flush(number);
  await flush(19);
  expect(recordsIn("commits-2.log")).toHaveLength(9);
  expect(recordsIn("commits-1.log")).toEqual(["19"]);
  expect(statSync(join(directory, "commits-1.log")).size).toBe(length);
  expect(own).toEqual([]);
});

test("while both files are full objects sync their own logs", async () => {
  for (let number = 1; number <= 9; number += 1) await flush(number);
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const ownLogs = new Set<number>();
  const [open, sync] = [files.open.bind(files), files.sync.bind(files)];
  files.open = (path) => {
    const descriptor = open(path);
    ownLogs.add(descriptor);
    return descriptor;
  };
  files.sync = async (descriptor) => {
    if (ownLogs.has(descriptor)) await held;
    await sync(descriptor);
  };
  for (let number = 10; number <= 18; number += 1) await flush(number);
  expect(log.isReady).toBe(true);
  await flush(19);
  expect([own, log.isReady]).toEqual([[19], false]);
  letGo();
  await until(() => log.isReady);
  await flush(20);
  expect(own).toEqual([19]);
});

test("a file is written from its beginning when the names of logs that are gone are durable", async () => {
  for (let number = 1; number <= 9; number += 1) await flush(number);
  // Folded and removed; and removed, with another one in its place. The disk may not know.
  rmSync(pathOf(1));
  writeFileSync(pathOf(2), Buffer.alloc(24));
  await flush(10);
  await until(() => files.syncs("directory") > 1);
  await until(() => syncedAlone() === 7);
  expect(files.syncs("directory")).toBe(2);
});

test("a file stays when a sync of an object has failed, which no later sync tells of", async () => {
  for (let number = 1; number <= 9; number += 1) await flush(number);
  files.held = true;
  void flush(10);
  await until(() => files.waiting.some(({ what }) => what === "1-wal"));
  log.keep();
  files.release();
  await log.close();
  expect(recordsIn("commits-1.log")).toHaveLength(9);
  expect(recordsIn("commits-2.log")).toHaveLength(1);
  expect(log.isReady).toBe(false);
});

test("closing leaves nothing open, whatever has failed", async () => {
  const opened = () => files.log.filter((line) => /^open commits/.test(line)).length;
  const closed = () => files.log.filter((line) => /^close commits/.test(line)).length;
  for (let number = 1; number <= 9; number += 1) await flush(number);
  const sync = files.sync.bind(files);
  files.sync = async (descriptor) => {
    if (files.log.at(-1)?.endsWith("-wal")) throw new Error("EIO: i/o error, fdatasync");
    await sync(descriptor);
  };
  await flush(10);
  await until(() => !log.isReady);
  await log.close();
  expect([opened(), closed()]).toEqual([2, 2]);
  const halfOpen = new SharedLog({ files, dataDirectory: directory, now: () => 0 });
  files.syncPath = () => Promise.reject(new Error("EIO: i/o error, fsync"));
  halfOpen.open();
  await halfOpen.close().catch(() => undefined);
  expect([opened(), closed()]).toEqual([4, 4]);
});

test("a sync that fails before it begins is one that failed", async () => {
  files.sync = () => {
    throw new Error("EBADF: bad file descriptor, fdatasync");
  };
  const durable = add(1);
  log.flush(false);
  await durable;
  await log.settled;
  expect([own, log.isSyncing, log.isReady]).toEqual([[1], false, false]);
});

test("objects sync their own logs when the shared one fails, and from then on", async () => {
  files.held = true;
  const durable = Promise.all([add(1), add(2)]);
  log.flush(false);
  await files.fail();
  await durable;
  expect([own, log.isReady]).toEqual([[1, 2], false]);
});

test("and when there is no room for it", async () => {
  files.writeAt = () => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  const durable = add(1);
  expect(log.flush(false)).toBe(false);
  await durable;
  expect([own, log.isReady]).toEqual([[1], false]);
});

test("closing brings everything to the objects' own logs and leaves no file", async () => {
  const durable = Promise.all([add(1), add(2)]);
  log.flush(false);
  await durable;
  await log.close();
  expect(syncedAlone()).toBe(2);
  expect(readdirSync(directory).filter((name) => name.endsWith(".log"))).toEqual([]);
});

test("a file whose objects could not be synced stays for the next start", async () => {
  await flush(1);
  files.sync = async () => {
    throw new Error("EIO: i/o error, fdatasync");
  };
  await log.close();
  expect(recordsIn("commits-1.log")).toEqual(["1"]);
});

test("a quick disk is waited for, once it has shown that it is", async () => {
  const quick = { ...systemFiles };
  log = new SharedLog({
    files: quick,
    dataDirectory: directory,
    now: () => 0,
    mostBytes: 1_000_000,
  });
  log.open();
  await until(() => log.isReady);
  const flushes: boolean[] = [];
  for (let number = 1; number <= 60; number += 1) {
    const durable = add(number);
    flushes.push(log.flush(true));
    await durable;
    await log.settled;
  }
  expect(flushes.indexOf(true)).toBeGreaterThan(10);
  expect(flushes.slice(flushes.indexOf(true)).every(Boolean)).toBe(true);
  expect(log.flush(true)).toBe(true);
  await log.close();
});
