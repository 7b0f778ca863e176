import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { examine } from "../src/data/doctor.ts";
import { readStopped } from "../src/data/stopped.ts";
import { objectFile } from "../src/storage/data-directory.ts";
import { openObjectStores } from "../src/storage/open.ts";
import { keyOf, StorageHarness, type TestStore } from "../src/storage/testing/harness.ts";
import { breathe, until } from "../src/storage/testing/slow-files.ts";
import { PowerFiles } from "./crash/power-files.ts";

const OBJECTS = [1, 2, 3];

let objects: readonly TestStore[];

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "freehold-shared-log-"));
  cleanUp.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Each writes a number, in one turn. Resolves when all of them are durable. */
function write(objects: readonly TestStore[], number: number): Promise<unknown> {
  return Promise.all(
    objects.map(async ({ storage, store }) => {
      void storage.put("number", number);
      await store.durable();
    }),
  );
}

/** Objects that share a log: what they wrote last is durable there, and nowhere else. */
async function sharing(files: PowerFiles): Promise<StorageHarness> {
  const harness = new StorageHarness({ files });
  cleanUp.push(() => {
    files.releaseAll();
    return harness.dispose();
  });
  objects = await Promise.all(OBJECTS.map((number) => harness.open(number)));
  const isShared = () => existsSync(join(harness.directory, "commits-1.log"));
  for (let number = 1; !isShared() || number < 8; number += 1) {
    await write(objects, number);
    await breathe();
  }
  files.held = true;
  const durable = write(objects, 100);
  await until(() => files.waiting.some(({ path }) => path.endsWith("commits-1.log")));
  expect(files.waiting.filter(({ path }) => path.endsWith("-wal"))).toEqual([]);
  files.release("commits-1.log");
  await durable;
  return harness;
}

/** What the disk has when the power goes. */
function cut(files: PowerFiles, { directory }: StorageHarness): string {
  const after = folder();
  files.cut(
    directory,
    after,
    () => "lost",
    () => 0,
  );
  return after;
}

async function numbersIn(dataDirectory: string): Promise<unknown[]> {
  const storage = openObjectStores({ dataDirectory });
  cleanUp.push(() => storage.close());
  const numbers: unknown[] = [];
  for (const number of OBJECTS) {
    const store = await storage.stores.open(keyOf(number), undefined, {
      onFirstWrite: () => undefined,
      onFailure: () => undefined,
      mayHaveAlarm: () => true,
      exclusively: (callback) => callback(),
    });
    numbers.push(await (store.api as TestStore["storage"]).get("number"));
    await store.close();
  }
  return numbers;
}

test("what only the shared log had is there when the power is back", async () => {
  const files = new PowerFiles();
  const after = cut(files, await sharing(files));
  expect(existsSync(join(after, "commits-1.log"))).toBe(true);
  expect(await numbersIn(after)).toEqual([100, 100, 100]);
  expect(existsSync(join(after, "commits-1.log"))).toBe(false);
});

test("whoever looks at the data first puts it back", async () => {
  const files = new PowerFiles();
  const harness = await sharing(files);
  const [one, other] = [cut(files, harness), cut(files, harness)];
  const { findings } = await examine(one);
  expect(findings.filter(({ level, code }) => level === "bad" || code === "FOREIGN_FILES")).toEqual(
    [],
  );
  await readStopped(other, "app", () => undefined);
  for (const after of [one, other]) {
    expect(existsSync(join(after, "commits-1.log"))).toBe(false);
    expect(await numbersIn(after)).toEqual([100, 100, 100]);
  }
});

test("it is there as well when the object's own log could not be synced since then", async () => {
  const files = new PowerFiles();
  const harness = await sharing(files);
  files.releaseAll();
  const own = `${objectFile(harness.directory, keyOf(1))}-wal`;
  const sync = files.sync.bind(files);
  files.sync = async (descriptor) => sync(descriptor);
  // The machine tells once that it has dropped something.
  let told = 0;
  files.lies = (path) => {
    if (path === own && ++told === 1) throw new Error("EIO: i/o error, fdatasync");
    return path === own;
  };
  await expect(write(objects.slice(0, 1), 101)).rejects.toThrow("could not be synced");
  await harness.storage.close();
  expect(await numbersIn(cut(files, harness))).toEqual([100, 100, 100]);
});

test("a host that ends leaves no shared log behind", async () => {
  const files = new PowerFiles();
  const harness = await sharing(files);
  files.releaseAll();
  await harness.storage.close();
  expect(existsSync(join(harness.directory, "commits-1.log"))).toBe(false);
  expect(await numbersIn(harness.directory)).toEqual([100, 100, 100]);
});
