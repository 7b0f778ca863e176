import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Descriptor, systemFiles } from "../files.ts";
import { hostFile, objectFile } from "../storage/data-directory.ts";
import { keyOf, StorageHarness } from "../storage/testing/harness.ts";
import { SlowFiles, until } from "../storage/testing/slow-files.ts";
import { firstName } from "./first-image.ts";
import { UnsyncedFiles, unsyncedFile } from "./unsynced.ts";

/** Files that also tell how much of which was written over, and when it was synced. */
class ToldFiles extends SlowFiles {
  readonly told: string[] = [];
  readonly #paths = new Map<Descriptor, string>();

  override openToWrite(path: string): Descriptor {
    const descriptor = super.openToWrite(path);
    this.#paths.set(descriptor, nameOf(path));
    return descriptor;
  }

  override writeAt = (descriptor: Descriptor, bytes: Uint8Array, at: number): void => {
    this.told.push(`${this.#paths.get(descriptor)} ${at}-${at + bytes.byteLength}`);
    systemFiles.writeAt(descriptor, bytes, at);
  };

  override syncPath(path: string): Promise<void> {
    return super.syncPath(path).then(() => void this.told.push(`synced ${nameOf(path)}`));
  }
}

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1).replace(/^0{9,}/, "");

let harness: StorageHarness;
afterEach(() => harness.dispose());

const noted = () => systemFiles.read(unsyncedFile(harness.directory));

/** An object with a file and a log, whose last sync has failed. */
async function failOnce(files: SlowFiles, imageBytes?: number): Promise<void> {
  harness = new StorageHarness({ files, ...(imageBytes === undefined ? {} : { imageBytes }) });
  const { storage, store, settle } = await harness.open(1);
  await storage.put("a", 1);
  await settle();
  await storage.put("a", 2);
  await settle();
  files.held = true;
  await storage.put("a", 3);
  const lost = store.durable();
  await until(() => files.waiting.length > 0);
  files.refuse();
  files.held = false;
  await expect(lost).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
  // The process ends: what it had open is not closed in order.
  const left = harness;
  harness = new StorageHarness({ files, ...(imageBytes === undefined ? {} : { imageBytes }) });
  cpSync(left.directory, harness.directory, { recursive: true });
  await left.dispose();
}

test.each([
  ["held in memory", undefined],
  ["SQLite's", 0],
])("the next process writes an object anew that could not be synced: %s", async (_, imageBytes) => {
  const files = new ToldFiles();
  await failOnce(files, imageBytes);
  expect(noted()).toMatch(/^objects\/app-Thing\/00\/0+1\.sqlite\n$/);
  const path = objectFile(harness.directory, keyOf(1));
  const sizes = [path, `${path}-wal`].filter((each) => existsSync(each));
  const whole = sizes.map((each) => `${nameOf(each)} 0-${statSync(each).size}`);
  files.told.length = 0;
  const { storage } = await harness.open(1);
  expect(await storage.get("a")).toBe(3);
  expect(files.told).toEqual([
    ...whole.flatMap((each) => [each, `synced ${each.split(" ")[0]}`]),
    "synced 00",
  ]);
  expect(noted()).toBeUndefined();
  // Nothing is done for those that were synced.
  files.told.length = 0;
  await (await harness.open(2)).settle();
  expect(files.told).toEqual([]);
});

test("an object that cannot be written anew either is lost to that process, and asked for again", async () => {
  const files = new ToldFiles();
  await failOnce(files);
  files.held = true;
  const opened = harness.open(1);
  await until(() => files.waiting.length > 0);
  files.refuse();
  files.held = false;
  await expect(opened).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
  await expect(harness.open(1)).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
  expect(noted()).toContain(".sqlite");
  await harness.restart();
  expect(await (await harness.open(1)).storage.get("a")).toBe(3);
});

test("the host's own file is written anew as well, before anything new of it counts", async () => {
  const files = new ToldFiles();
  await failOnce(files);
  new UnsyncedFiles(files, harness.directory).add(hostFile(harness.directory));
  const sizes = ["host.sqlite", "host.sqlite-wal"].map((name) => {
    return `${name} 0-${statSync(join(harness.directory, name)).size}`;
  });
  files.told.length = 0;
  files.held = true;
  const { storage, store } = await harness.open(2);
  await storage.put("a", 1);
  let isDurable = false;
  const durable = store.durable()?.then(() => {
    isDurable = true;
  });
  await until(() => files.waiting.some(({ what }) => what === "host.sqlite"));
  files.releaseOnce();
  await until(() => files.waiting.some(({ what }) => what === "host.sqlite-wal"));
  expect([isDurable, noted()?.includes("host.sqlite")]).toEqual([false, true]);
  files.release();
  await durable;
  expect(files.told.filter((each) => each.startsWith("host"))).toEqual(sizes);
  expect(noted()).not.toContain("host.sqlite");
  expect(lockSeenElsewhere()).toBe("database is locked");
});

/** What another process is told that would write to the host's file. */
function lockSeenElsewhere(): string {
  const code = `
    const { DatabaseSync } = require("node:sqlite");
    try { new DatabaseSync(process.argv[1]).exec("BEGIN IMMEDIATE"); console.log("free"); }
    catch (error) { console.log(error.message); }`;
  const path = hostFile(harness.directory);
  return execFileSync(process.execPath, ["-e", code, path], { encoding: "utf8" }).trim();
}

test("a new file without its own name is written anew too, and long ones piece by piece", async () => {
  harness = new StorageHarness();
  const files = new ToldFiles();
  const path = join(harness.directory, "a.sqlite");
  const bytes = Buffer.alloc(2.5 * 1024 * 1024, 7);
  writeFileSync(firstName(path), bytes);
  const unsynced = new UnsyncedFiles(files, harness.directory);
  unsynced.add(path);
  await unsynced.renew(path);
  expect(files.told.filter((each) => each.startsWith("a."))).toEqual([
    "a.sqlite-first 0-1048576",
    "a.sqlite-first 1048576-2097152",
    "a.sqlite-first 2097152-2621440",
  ]);
  expect(readFileSync(firstName(path)).equals(bytes)).toBe(true);
  expect(unsynced.has(path)).toBe(false);
});

test("a full disk does not take the names that were noted before", () => {
  harness = new StorageHarness();
  const files = new SlowFiles();
  const names = (...paths: string[]) => paths.map((path) => join(harness.directory, path));
  const [one = "", other = ""] = names("a.sqlite", "b.sqlite");
  new UnsyncedFiles(files, harness.directory).add(one);
  files.write = (path, text) => {
    writeFileSync(path, text.slice(0, 3));
    throw new Error("ENOSPC: no space left on device, write");
  };
  expect(() => new UnsyncedFiles(files, harness.directory).add(other)).toThrow("ENOSPC");
  const later = new UnsyncedFiles(systemFiles, harness.directory);
  expect([later.has(one), later.has(other)]).toEqual([true, false]);
});
