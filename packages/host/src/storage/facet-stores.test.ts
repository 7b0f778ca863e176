import { afterEach, describe, expect, test } from "vitest";
import { settled } from "../objects/test-kit.ts";
import type { DurableObjectStorage } from "./durable-object-storage.ts";
import type { FacetStore, FacetStores, ObjectStoreHost } from "./object-store.ts";
import { keyOf, StorageHarness } from "./testing/harness.ts";
import { SlowFiles } from "./testing/slow-files.ts";

const harnesses: StorageHarness[] = [];
afterEach(async () => {
  for (const harness of harnesses.splice(0)) await harness.dispose();
});

const host: ObjectStoreHost = {
  onFirstWrite: () => undefined,
  onFailure: (error) => {
    throw error;
  },
  mayHaveAlarm: () => false,
  exclusively: (callback) => callback(),
};

function setUp(files?: SlowFiles) {
  const harness = new StorageHarness(files === undefined ? {} : { files });
  harnesses.push(harness);
  return { harness, facets: facetsOf(harness) };
}

function facetsOf(harness: StorageHarness): FacetStores {
  return harness.storage.stores.facets(keyOf(1), () => "a name");
}

function storageOf(store: FacetStore): DurableObjectStorage {
  return store.api as DurableObjectStorage;
}

async function write(facets: FacetStores, path: readonly string[], value: unknown): Promise<void> {
  const store = await facets.open(path, host);
  storageOf(store).kv.put("k", value);
  await store.durable();
  await store.close();
}

async function read(facets: FacetStores, path: readonly string[]): Promise<unknown> {
  const store = await facets.open(path, host);
  const value = storageOf(store).kv.get("k");
  await store.close();
  return value;
}

describe("the stores of facets", () => {
  test("what is durable survives a crash, with the facet's place in the tree", async () => {
    const { harness, facets } = setUp();
    await write(facets, ["a", "b"], 1);
    await write(facets, ["a"], 2);
    const after = harness.crash();
    harnesses.push(after);
    const found = facetsOf(after);
    expect(await read(found, ["a", "b"])).toBe(1);
    expect(await read(found, ["a"])).toBe(2);
    expect(after.storage.stores.nameOf(keyOf(1))).toBe("a name");
  });

  test("nothing is durable before the index is", async () => {
    const files = new SlowFiles();
    const { facets } = setUp(files);
    const store = await facets.open(["a"], host);
    files.held = true;
    storageOf(store).kv.put("k", 1);
    let isDurable = false;
    const durable = store.durable()?.then(() => {
      isDurable = true;
    });
    await settled();
    const waiting = files.waiting.map(({ what }) => what);
    expect(waiting.some((what) => what.includes("host.sqlite"))).toBe(true);
    expect(waiting.some((what) => what.includes(".1.sqlite"))).toBe(true);
    expect(isDurable).toBe(false);
    files.release();
    await durable;
    expect(isDurable).toBe(true);
    await store.close();
  });

  test("an erasure takes all below along, and is durable when it says so", async () => {
    const { harness, facets } = setUp();
    for (const [at, path] of [["a"], ["a", "b"], ["c"]].entries()) await write(facets, path, at);
    await facets.erase(["a"]);
    expect(facets.below([])).toEqual([["c"]]);
    await harness.restart();
    const found = facetsOf(harness);
    expect(await read(found, ["a"])).toBeUndefined();
    expect(await read(found, ["a", "b"])).toBeUndefined();
    expect(await read(found, ["c"])).toBe(2);
  });

  test("a number is not given again while its file is there", async () => {
    const { facets } = setUp();
    await write(facets, ["a"], 1);
    await write(facets, ["b"], 2);
    await facets.erase(["b"]);
    await write(facets, ["c"], 3);
    expect(await read(facets, ["a"])).toBe(1);
    expect(await read(facets, ["b"])).toBeUndefined();
    expect(await read(facets, ["c"])).toBe(3);
  });

  test("an image of one becomes the storage of another", async () => {
    const { facets } = setUp();
    const store = await facets.open(["a"], host);
    expect(store.image()).toBeUndefined();
    storageOf(store).sql.exec("CREATE TABLE t (x); INSERT INTO t VALUES (?)", "copied");
    expect(store.isInTransaction).toBe(true);
    store.commit();
    expect(store.isInTransaction).toBe(false);
    const image = store.image();
    await store.close();
    expect(await facets.read(["a"])).toEqual(image);
    await facets.write(["b"], [{ path: [], image: image as Uint8Array }]);
    const copy = await facets.open(["b"], host);
    expect(storageOf(copy).sql.exec("SELECT x FROM t").toArray()).toEqual([{ x: "copied" }]);
    await copy.close();
  });
});
