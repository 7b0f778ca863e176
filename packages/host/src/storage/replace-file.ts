import { copyFile, link, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFile } from "./backup.ts";
import { Database } from "./database.ts";

/**
 * Puts a copy of a file in the place of an object's file, which nobody has open. At no time is there no
 * file; a crash leaves the old one or the new one, whole.
 *
 * @param kept where the old file, if there is one, stays
 */
export async function replaceFile(path: string, source: string, kept: string): Promise<void> {
  const next = `${path}-restoring`;
  await mkdir(dirname(path), { recursive: true });
  await rm(next, { force: true });
  await copyFile(source, next);
  await syncFile(next);
  await keepFile(path, kept);
  // A log that comes up again after a power cut must not be beside the new file.
  await rm(`${path}-wal`, { force: true });
  await syncFile(next);
  await rename(next, path);
  await syncFile(path);
}

/** Gives a file a second name, with everything in it that its log holds. Nothing when there is none. */
export async function keepFile(path: string, kept: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  foldLog(path);
  await mkdir(dirname(kept), { recursive: true });
  await link(path, kept);
  await syncFile(kept);
}

/** What is in the log of a file gets into the file, and the log goes. */
function foldLog(path: string): void {
  try {
    new Database(path).close();
  } catch {
    // It is damaged: it is kept as it is, its log is not of the new file.
  }
}
