import { openObjectStores } from "../storage/open.ts";

/**
 * Brings an object of a data directory that no host runs on back to where it was at a moment.
 *
 * @param wanted `Class/name`, `Class/id` or an id
 * @param moment a time in milliseconds since the epoch, or a bookmark
 * @returns a bookmark that takes it back
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`,
 *   `BOOKMARK_UNKNOWN`, `BOOKMARK_INVALID`, and what kept the object from being brought back
 */
export async function restoreMoment(
  dataDirectory: string,
  wanted: string,
  moment: number | string,
): Promise<string> {
  const failures: unknown[] = [];
  const storage = openObjectStores({
    dataDirectory,
    // Whatever is kept: nothing is forgotten here.
    recoveryMs: Number.POSITIVE_INFINITY,
    onError: (error) => failures.push(error),
  });
  try {
    const { key, undo } = await storage.restoreNext(wanted, moment);
    const store = await storage.stores.open(key, undefined, {
      onFirstWrite: () => undefined,
      onFailure: (error) => failures.push(error),
      mayHaveAlarm: () => true,
      exclusively: (callback) => callback(),
    });
    await store.close();
    if (failures.length > 0) throw failures[0];
    return undo;
  } finally {
    await storage.close();
  }
}
