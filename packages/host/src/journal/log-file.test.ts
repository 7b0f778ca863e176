import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
