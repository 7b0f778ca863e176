import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Files, systemFiles } from "../files.ts";
import { adoptFirst, firstName, sealed } from "./first-image.ts";

const SALTS = Buffer.from("saltsalt");

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-first-"));
  path = join(directory, "a.sqlite");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("what a killed process has left of a new file is on disk before it counts as the object's", () => {
  const image = Buffer.alloc(4096, 7);
  writeFileSync(firstName(path), sealed(image, SALTS));
  const steps: string[] = [];
  const files = {
    ...systemFiles,
    syncPathNow: (synced: string) => steps.push(`sync ${synced}`),
    rename(from: string, to: string) {
      steps.push("rename");
      systemFiles.rename(from, to);
    },
  };
  adoptFirst(files, path);
  expect(steps).toEqual([`sync ${firstName(path)}`, "rename"]);
  expect(readFileSync(path).subarray(0, 4096).equals(image)).toBe(true);
});

test("half of a new file goes", () => {
  writeFileSync(firstName(path), sealed(Buffer.alloc(4096, 7), SALTS).subarray(0, 4096));
  adoptFirst(systemFiles, path);
  expect([path, firstName(path)].filter((each) => systemFiles.exists(each))).toEqual([]);
});

/** The beginning of a log: only its salts are looked at. */
function logWith(salts: Uint8Array): Buffer {
  return Buffer.concat([Buffer.alloc(16), salts, Buffer.alloc(4096)]);
}

test("a new file is never found with the log of one that was deleted before", () => {
  const log = `${path}-wal`;
  writeFileSync(firstName(path), sealed(Buffer.alloc(4096, 7), SALTS));
  writeFileSync(log, logWith(Buffer.from("thatofanother")));
  const steps: string[] = [];
  const told = (what: string, path: string) => steps.push(`${what} ${basename(path)}`);
  const files: Files = {
    ...systemFiles,
    syncPathNow: (synced) => void told("sync", synced),
    remove(removed) {
      told("remove", removed);
      systemFiles.remove(removed);
    },
    rename(from, to) {
      told("rename", from);
      systemFiles.rename(from, to);
    },
  };
  adoptFirst(files, path);
  expect(steps).toEqual([
    "remove a.sqlite-wal",
    `sync ${basename(directory)}`,
    "sync a.sqlite-first",
    "rename a.sqlite-first",
  ]);
});

test.each([
  ["its own", SALTS, SALTS],
  ["one of which an earlier version did not say whose it is", Buffer.alloc(8), SALTS],
])("a new file keeps %s log", (_, named, salts) => {
  const log = `${path}-wal`;
  writeFileSync(firstName(path), sealed(Buffer.alloc(4096, 7), named));
  writeFileSync(log, logWith(salts));
  adoptFirst(systemFiles, path);
  expect([systemFiles.exists(path), systemFiles.exists(log)]).toEqual([true, true]);
});

test("a log that is hardly begun is none", () => {
  const log = `${path}-wal`;
  writeFileSync(firstName(path), sealed(Buffer.alloc(4096, 7), SALTS));
  writeFileSync(log, "");
  adoptFirst(systemFiles, path);
  expect([systemFiles.exists(path), systemFiles.exists(log)]).toEqual([true, false]);
});
