import { existsSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { systemFiles } from "../files.ts";
import { objectFile } from "../storage/data-directory.ts";
import { Database } from "../storage/database.ts";
import { keyOf, StorageHarness } from "../storage/testing/harness.ts";
import { SlowFiles, until } from "../storage/testing/slow-files.ts";

/** Files that also tell what is removed and made. */
class ToldFiles extends SlowFiles {
  override remove = (path: string): void => {
    this.log.push(`remove ${nameOf(path)}`);
    systemFiles.remove(path);
  };
}

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1).replace(/^0*/, "");

let harness: StorageHarness;
afterEach(async () => {
  vi.restoreAllMocks();
  await harness.dispose();
});

const logOf = (number: number) => `${objectFile(harness.directory, keyOf(number))}-wal`;

test("the log of an object that is deleted goes when the disk knows that the file is gone", async () => {
  const files = new ToldFiles();
  harness = new StorageHarness({ files });
  const { storage, store, settle } = await harness.open(1);
  await storage.put("a", 1);
  await settle();
  await storage.put("a", 2);
  await settle();
  expect(existsSync(logOf(1))).toBe(true);
  files.held = true;
  files.log.length = 0;
  await storage.deleteAll();
  const deleted = store.durable();
  await until(() => files.waiting.some(({ what }) => what === "directory"));
  expect(files.log.filter((line) => line.startsWith("remove"))).toEqual(["remove 1.sqlite"]);
  expect(existsSync(logOf(1))).toBe(true);
  files.release();
  await deleted;
  expect(existsSync(logOf(1))).toBe(false);
});

test("what is written next to it finds neither the old file without its log, nor the old log", async () => {
  const files = new ToldFiles();
  harness = new StorageHarness({ files });
  const { storage, settle } = await harness.open(1);
  await storage.put("a", 1);
  await settle();
  await storage.put("a", 2);
  await settle();
  files.log.length = 0;
  void storage.deleteAll();
  await storage.put("b", 3);
  await settle();
  const names = files.log.filter((line) => /^remove|directory now$|^open .*first$/.test(line));
  expect(names.map((line) => line.replace(/0{2,}/, ""))).toEqual([
    "remove 1.sqlite",
    "sync directory now",
    "remove 1.sqlite-wal",
    "sync directory now",
    "open 1.sqlite-first",
  ]);
  expect(await storage.get("b")).toBe(3);
  expect(existsSync(logOf(1))).toBe(false);
});

test("a file that a process has left is synced before what is added to it counts", async () => {
  const files = new SlowFiles();
  harness = new StorageHarness({ files, imageBytes: 0 });
  const first = await harness.open(1);
  await first.storage.put("a", 1);
  await first.settle();
  await harness.restart();
  const again = await harness.open(1);
  const syncs = () => files.syncs("1.sqlite");
  const before = syncs();
  for (const number of [2, 3]) {
    await again.storage.put("a", number);
    await again.settle();
  }
  expect(syncs() - before).toBe(1);
});

test("what an earlier process has removed stays so, before a new file has its name", async () => {
  const files = new ToldFiles();
  harness = new StorageHarness({ files, imageBytes: 0 });
  const first = await harness.open(1);
  await first.storage.put("a", 1);
  await first.settle();
  await harness.restart();
  const again = await harness.open(2);
  files.log.length = 0;
  await again.storage.put("a", 2);
  await again.settle();
  expect(files.log.slice(0, 2)).toEqual(["sync directory now", `open ${keyOf(2).id}.sqlite`]);
});

test("an object is lost for good when SQLite cannot sync it", async () => {
  harness = new StorageHarness({ imageBytes: 0 });
  const { storage, store, settle, failures } = await harness.open(1);
  await storage.put("a", 1);
  await settle();
  vi.spyOn(Database.prototype, "checkpoint").mockImplementation(() => {
    throw Object.assign(new Error("disk I/O error"), { errcode: 1034 });
  });
  for (let number = 0; number < 200 && failures.length === 0; number += 1) {
    void storage.put("a", "x".repeat(100_000));
    await settle().catch(() => undefined);
  }
  expect(failures).not.toEqual([]);
  await store.close();
  await expect(harness.open(1)).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
});
