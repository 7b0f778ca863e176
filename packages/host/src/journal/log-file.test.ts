import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Files, systemFiles } from "../files.ts";
import { Database } from "../storage/database.ts";
import { LogFile } from "./log-file.ts";
import { LogSyncs } from "./log-syncs.ts";

let directory: string;
let path: string;
let database: Database;
const open: LogFile[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-log-"));
  path = join(directory, "a.sqlite");
  database = new Database(path);
  database.run("CREATE TABLE t (n INTEGER PRIMARY KEY, filler)");
});
afterEach(() => {
  for (const log of open.splice(0)) log.close();
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

function logOf(files: Files = systemFiles): LogFile {
  const log = new LogFile(files, new LogSyncs(files), `${path}-wal`);
  open.push(log);
  return log;
}

const length = () => statSync(`${path}-wal`).size;
let last = 0;
const write = (bytes = 10) =>
  database.run("INSERT INTO t VALUES (?, ?)", ++last, "x".repeat(bytes));

/** What a process would find that starts after this one was killed now. */
function recovered(): { rows: unknown; check: unknown } {
  const copy = join(directory, "copy.sqlite");
  for (const end of ["", "-wal"]) copyFileSync(`${path}${end}`, `${copy}${end}`);
  const other = new Database(copy);
  const rows = Number(other.get("SELECT count(*) FROM t")?.[0]);
  const check = other.get("PRAGMA integrity_check")?.[0];
  other.close();
  return { rows, check };
}

test("room is made once the log has proved busy, and the log stays as long", () => {
  const log = logOf();
  const first = last;
  const lengths = new Set<number>();
  for (let count = 0; count < 200; count += 1) {
    write();
    log.makeRoom();
    if (count === 15) expect(lengths.size).toBe(15);
    lengths.add(length());
    expect(recovered()).toEqual({ rows: last - first, check: "ok" });
  }
  expect(lengths.size).toBeLessThan(15 + 6);
});

test.skipIf(platform !== "linux")(
  "room is made behind what another process writes meanwhile",
  () => {
    let isBusy = false;
    const log = logOf({
      ...systemFiles,
      sizeOf(descriptor) {
        const size = systemFiles.sizeOf(descriptor);
        if (isBusy) write();
        return size;
      },
    });
    const first = last;
    for (let count = 0; count < 16; count += 1) {
      write();
      isBusy = count === 15;
      log.makeRoom();
    }
    expect(length()).toBeGreaterThan(128 * 1024);
    expect(recovered()).toEqual({ rows: last - first, check: "ok" });
  },
);

test("zeros stand only behind what SQLite has written", () => {
  const log = logOf();
  for (let count = 0; count < 16; count += 1) {
    write();
    const before = readFileSync(`${path}-wal`);
    log.makeRoom();
    const after = readFileSync(`${path}-wal`);
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    expect(after.subarray(before.length).every((byte) => byte === 0)).toBe(true);
  }
  expect(length()).toBeGreaterThanOrEqual(128 * 1024);
});

test("a log that was begun anew is as long as what is in it", () => {
  const log = logOf();
  const first = last;
  const most = 40 * 4120;
  expect(log.isLongerThan(most)).toBe(false);
  for (let count = 0; count < 50; count += 1) write();
  expect(log.isLongerThan(most)).toBe(true);
  database.checkpoint();
  write();
  expect(log.isLongerThan(most)).toBe(false);
  expect(length()).toBeGreaterThan(most);
  expect(recovered()).toEqual({ rows: last - first, check: "ok" });
  for (let count = 0; count < 50; count += 1) write();
  expect(log.isLongerThan(most)).toBe(true);
  expect(log.isLongerThan(400 * 4120)).toBe(false);
});

test("a disk without room for zeros costs no commit", () => {
  let tries = 0;
  const log = logOf({
    ...systemFiles,
    writeAt() {
      tries += 1;
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    },
  });
  const first = last;
  for (let count = 0; count < 100; count += 1) {
    write();
    log.makeRoom();
  }
  expect(tries).toBe(1);
  expect(recovered()).toEqual({ rows: last - first, check: "ok" });
});

test("what was added since a place are the commits behind it, whole", () => {
  const log = logOf();
  write();
  const place = log.place();
  if (place === undefined) throw new Error("There is no log.");
  expect(log.addedSince(place)).toBe(undefined);
  write();
  write(6000);
  const added = log.addedSince(place);
  const file = readFileSync(`${path}-wal`);
  expect(added?.at).toBe(place.end);
  expect(Buffer.from(added?.bytes ?? []).equals(file.subarray(place.end))).toBe(true);
  expect(log.place()).toMatchObject({ salts: place.salts, end: file.length });
  expect(added?.end).toEqual(log.place());
  write(70_000);
  expect(log.addedSince(place)).toBe(undefined);
});

test("frames of a transaction that was given up are no commit, whatever is written over them", () => {
  const log = logOf();
  write();
  const place = log.place();
  if (place === undefined) throw new Error("There is no log.");
  // More than SQLite keeps in memory goes to the log before it is committed.
  database.run("PRAGMA cache_size = 2");
  database.run("BEGIN");
  write(40_000);
  database.run("ROLLBACK");
  last -= 1;
  expect(length()).toBeGreaterThan(place.end + 4120);
  expect(log.place()).toEqual(place);
  expect(log.addedSince(place)).toBe(undefined);
  write();
  const added = log.addedSince(place);
  expect(added?.bytes.length).toBeLessThan(3 * 4120 + 1);
  expect(log.place()?.end).toBe(place.end + (added?.bytes.length ?? 0));
});

/** Leaves what a crash does of the last commit: its last frames, and of the first nothing. */
function tear({ end }: { readonly end: number }): Database {
  const torn = join(directory, "torn.sqlite");
  const bytes = readFileSync(`${path}-wal`);
  copyFileSync(path, torn);
  writeFileSync(`${torn}-wal`, bytes.fill(0, end, end + 4120));
  return new Database(torn);
}

test("frames that a crash has left behind the last commit count for nothing, whatever comes before them", () => {
  write();
  const end = logOf().place()?.end ?? 0;
  write(20_000);
  const other = tear({ end });
  const log = new LogFile(
    systemFiles,
    new LogSyncs(systemFiles),
    join(directory, "torn.sqlite-wal"),
  );
  open.push(log);
  const place = log.place();
  expect(place?.end).toBe(end);
  // In the place of the frame that is missing: those behind it have the same salts, and end with a commit.
  other.run("UPDATE t SET filler = 'y' WHERE n = ?", last - 1);
  const next = log.place();
  expect(next?.end).toBe(end + 4120);
  expect(place && log.addedSince(place)?.bytes.length).toBe(4120);
  other.run("INSERT INTO t VALUES (?, ?)", last, "z".repeat(20_000));
  const added = next && log.addedSince(next);
  expect(added?.at).toBe(end + 4120);
  expect(added?.bytes.length).toBeGreaterThan(20_000);
  expect(log.place(next)).toEqual(log.place());
  other.close();
});

test("a frame that is not whole is no commit, though its head is there", () => {
  const log = logOf();
  write();
  const place = log.place();
  write();
  const file = readFileSync(`${path}-wal`);
  writeFileSync(`${path}-wal`, file.fill(0, (place?.end ?? 0) + 24));
  expect(log.place()).toEqual(place);
  expect(place && log.addedSince(place)).toBe(undefined);
});

test("a log that was begun anew has nothing behind an old place", () => {
  const log = logOf();
  for (let count = 0; count < 20; count += 1) write();
  const place = log.place();
  for (let count = 0; count < 20; count += 1) write();
  database.checkpoint();
  write();
  expect(place && log.addedSince(place)).toBe(undefined);
  expect(log.place()?.end).toBeLessThan(place?.end ?? 0);
  expect(log.place()?.salts).not.toEqual(place?.salts);
});
