import { dirname } from "node:path";
import type { Files } from "../../files.ts";
import { facetFile, objectFile } from "../../storage/data-directory.ts";
import { isInUse } from "../log-file.ts";
import { type LogPart, readRecords } from "./record.ts";
import { sharedLogFiles } from "./shared-log-files.ts";

/**
 * Gives each object what a crash has left of it in the shared logs alone, and removes these. To be called
 * when the data directory is locked and before anything looks at an object. It may be interrupted, and
 * called again.
 *
 * A part goes into the log that it was taken from, and nowhere else: where that log has been begun anew,
 * or removed, it was folded before, and what the part says is in the file, or was deleted.
 *
 * @param isSynced false where nothing is ever synced
 */
export function replaySharedLogs(files: Files, dataDirectory: string, isSynced = true): void {
  const paths = sharedLogFiles(dataDirectory).filter((path) => files.exists(path));
  if (paths.length === 0) return;
  const records = paths.flatMap((path) => [...readRecords(asBuffer(files.readBytes(path)))]);
  records.sort((one, other) => one.sequence - other.sequence);
  const unsynced = new Set<string>();
  for (const { parts } of records) {
    for (const part of parts) {
      const log = logOf(dataDirectory, part.object);
      if (log === undefined) continue;
      // Where that log is gone, the disk may have it still, without what only the part has: its name goes first.
      unsynced.add(putBack(files, log, part) ? log : dirname(log));
    }
  }
  if (isSynced) for (const path of unsynced) if (files.exists(path)) files.syncPathNow(path);
  for (const path of paths) files.remove(path);
  if (isSynced) files.syncPathNow(dataDirectory);
}

/** `undefined` for what is no object's name: nothing outside of the data directory is touched. */
function logOf(dataDirectory: string, object: string): string | undefined {
  const [, namespace = "", id = "", facet] =
    /^([^/]+)\/([0-9a-f]{64})(?:\.(\d+))?$/.exec(object) ?? [];
  if (id === "") return undefined;
  const key = { namespace, id };
  const file =
    facet === undefined
      ? objectFile(dataDirectory, key)
      : facetFile(dataDirectory, key, Number(facet));
  return `${file}-wal`;
}

/** Whether it is the log of the part. */
function putBack(files: Files, log: string, { salts, at, bytes }: LogPart): boolean {
  if (!files.exists(log)) return false;
  const descriptor = files.openToWrite(log);
  try {
    if (!isInUse(files, descriptor, salts)) return false;
    files.writeAt(descriptor, bytes, at);
    return true;
  } finally {
    files.close(descriptor);
  }
}

function asBuffer(bytes: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
