import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemFiles } from "../../files.ts";
import { objectFile } from "../../storage/data-directory.ts";
import { Database } from "../../storage/database.ts";
import { LogFile, type LogPlace } from "../log-file.ts";
import { LogSyncs } from "../log-syncs.ts";
import { RecordBuilder } from "./record.ts";
import { replaySharedLogs } from "./replay.ts";

const key = { namespace: "app-Thing", id: "1".padStart(64, "0") };
const object = `${key.namespace}/${key.id}`;

let directory: string;
let path: string;
let database: Database;
let log: LogFile;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-shared-log-"));
  path = objectFile(directory, key);
  mkdirSync(dirname(path), { recursive: true });
  database = new Database(path);
  database.run("CREATE TABLE t (n INTEGER PRIMARY KEY)");
  log = new LogFile(systemFiles, new LogSyncs(systemFiles), `${path}-wal`);
});
afterEach(() => {
  log.close();
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Another object's files, as the power cut has left them: the log ends at a place. */
function cutAt({ end }: LogPlace): string {
  const copy = join(directory, "after");
  const left = objectFile(copy, key);
  mkdirSync(dirname(left), { recursive: true });
  copyFileSync(path, left);
  writeFileSync(`${left}-wal`, readFileSync(`${path}-wal`).subarray(0, end));
  return copy;
}

function writeRecords(
  target: string,
  sequence: number,
  place: LogPlace,
  name = "commits-1.log",
): void {
  const builder = new RecordBuilder();
  const added = log.addedSince(place);
  if (added === undefined) throw new Error("Nothing was added.");
  builder.add({ ...added, object });
  writeFileSync(join(target, name), builder.finish(sequence));
}

function rowsIn(target: string): number {
  const other = new Database(objectFile(target, key));
  const rows = Number(other.get("SELECT count(*) FROM t")?.[0]);
  expect(other.get("PRAGMA integrity_check")?.[0]).toBe("ok");
  other.close();
  return rows;
}

const insert = (n: number) => database.run("INSERT INTO t VALUES (?)", n);
const placeNow = () => log.place() as LogPlace;

test("puts back what an object's own log lacks, and takes the shared logs away", () => {
  insert(1);
  const durable = placeNow();
  insert(2);
  insert(3);
  const after = cutAt(durable);
  writeRecords(after, 1, durable);
  replaySharedLogs(systemFiles, after);
  expect(existsSync(join(after, "commits-1.log"))).toBe(false);
  expect(rowsIn(after)).toBe(3);
});

test("reads both files in the order in which they were written, and may be interrupted", () => {
  const durable = placeNow();
  insert(1);
  const between = placeNow();
  const after = cutAt(durable);
  writeRecords(after, 4, durable, "commits-2.log");
  insert(2);
  writeRecords(after, 5, between, "commits-1.log");
  const remove = () => {
    throw new Error("The process ends here.");
  };
  expect(() => replaySharedLogs({ ...systemFiles, remove }, after)).toThrow("ends here");
  replaySharedLogs(systemFiles, after);
  expect(rowsIn(after)).toBe(2);
});

test("leaves a log alone that was begun anew", () => {
  insert(1);
  const durable = placeNow();
  insert(2);
  writeRecords(directory, 1, durable);
  database.checkpoint();
  insert(3);
  const before = readFileSync(`${path}-wal`);
  replaySharedLogs(systemFiles, directory);
  expect(readFileSync(`${path}-wal`).equals(before)).toBe(true);
});

test("the shared logs go when the disk knows which of the objects' logs are gone", () => {
  insert(1);
  const durable = placeNow();
  insert(2);
  const after = cutAt(durable);
  writeRecords(after, 1, durable);
  rmSync(`${objectFile(after, key)}-wal`);
  const steps: string[] = [];
  const files = {
    ...systemFiles,
    syncPathNow: (synced: string) => steps.push(synced),
    remove: (removed: string) => steps.push(removed),
  };
  replaySharedLogs(files, after);
  expect(steps).toEqual([dirname(objectFile(after, key)), join(after, "commits-1.log"), after]);
});

test("makes no log where the object has none, and touches nothing outside of the directory", () => {
  const durable = placeNow();
  insert(1);
  const after = join(directory, "after");
  mkdirSync(after);
  writeRecords(after, 1, durable);
  replaySharedLogs(systemFiles, after);
  expect(existsSync(`${objectFile(after, key)}-wal`)).toBe(false);
  const builder = new RecordBuilder();
  const part = { salts: durable.salts, at: 0, bytes: Buffer.from("x") };
  for (const name of ["../../outside", "a/../b", "", "app-Thing/1"]) {
    builder.add({ ...part, object: name });
  }
  writeFileSync(join(after, "commits-1.log"), builder.finish(1));
  replaySharedLogs(systemFiles, after);
  expect(existsSync(join(after, "commits-1.log"))).toBe(false);
});
