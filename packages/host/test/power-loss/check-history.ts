import assert from "node:assert/strict";
import { objectFile } from "../../src/storage/data-directory.ts";
import type { DurableObjectStorage } from "../../src/storage/durable-object-storage.ts";
import { openObjectStores } from "../../src/storage/open.ts";
import { keyOf } from "../../src/storage/testing/harness.ts";
import { checkFile } from "./check-stores.ts";
import { host } from "./program.ts";
import type { Operation } from "./recording.ts";

interface Told {
  readonly number: number;
  readonly bookmark: string;
}

/** The moments that were told of, by object. */
function momentsIn(operations: readonly Operation[]): Map<number, Told[]> {
  const moments = new Map<number, Told[]>();
  for (const operation of operations) {
    if (operation.kind !== "said") continue;
    for (const line of operation.text.split("\n")) {
      const [, object, number, bookmark] = /^moment (\d+) (\d+) (\S+)$/.exec(line) ?? [];
      if (object === undefined || bookmark === undefined) continue;
      const told = moments.get(Number(object)) ?? [];
      moments.set(Number(object), [...told, { number: Number(number), bookmark }]);
    }
  }
  return moments;
}

/**
 * Opens what a cut left, and brings each object back to a moment that was told of before it.
 *
 * @param fraction in [0, 1): chooses the moments
 */
export async function checkHistory(
  directory: string,
  done: readonly Operation[],
  fraction: () => number,
): Promise<void> {
  const failures: unknown[] = [];
  const storage = openObjectStores({
    ...{ dataDirectory: directory, durability: "memory", recoveryMs: 3_600_000 },
    onError: (error) => failures.push(error),
  });
  for (const [object, told] of momentsIn(done)) {
    const { number, bookmark } = told[Math.floor(fraction() * told.length)] as Told;
    const first = await storage.stores.open(keyOf(object), undefined, host);
    await (first.api as DurableObjectStorage).onNextSessionRestoreBookmark(bookmark);
    await first.close();
    const second = await storage.stores.open(keyOf(object), undefined, host);
    const api = second.api as DurableObjectStorage;
    assert.deepEqual(failures, [], `object ${object} at ${bookmark}`);
    const { rows } = api.sql.exec("SELECT count(*) AS rows FROM t").one();
    assert.equal(rows, number, `object ${object} at ${bookmark}`);
    assert.equal(await api.get("count"), number, "half of a turn");
    await second.close();
    checkFile(objectFile(directory, keyOf(object)));
  }
  await storage.close();
}
