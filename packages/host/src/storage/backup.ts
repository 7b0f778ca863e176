import { copyFile, mkdir, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { FreeholdError } from "../errors.ts";
import { systemFiles } from "../files.ts";
import { adoptFirst } from "../journal/first-image.ts";
import type { Journal } from "../journal/journal.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import { hostFile } from "./data-directory.ts";
import { Database } from "./database.ts";
import { fileKey, type ObjectFile, objectFiles, relativeName } from "./object-files.ts";
import { isNotADatabase } from "./sql-errors.ts";

/** What a backup says of itself. Written last: without it a backup is not whole. */
export interface BackupManifest {
  readonly version: 1;
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly ended: number;
  /** How many files of objects and their facets there are. */
  readonly files: number;
  /** The one object that was asked for. */
  readonly only: ObjectKey | undefined;
}

/** Files that could not be copied: damaged ones, most likely. */
export interface BackupReport extends BackupManifest {
  readonly failed: readonly { readonly object: string; readonly reason: string }[];
}

export interface BackupSource {
  readonly dataDirectory: string;
  readonly journal: Journal;
  readonly now: () => number;
  /** The store that has an object or facet open. */
  storeOf(key: ObjectKey): { copyTo(path: string): Promise<void> } | undefined;
  /** Copies the host's own database. */
  copyHost(path: string): Promise<void>;
}

const MANIFEST = "backup.json";
const AT_ONCE = 4;
/** How often a file is tried that somebody opens and closes all the time. */
const ATTEMPTS = 200;

function manifestFile(backup: string): string {
  return join(backup, MANIFEST);
}

/**
 * Reads what a backup says of itself.
 *
 * @throws FreeholdError `BACKUP_INVALID`
 */
export async function readManifest(backup: string): Promise<BackupManifest> {
  try {
    const manifest = JSON.parse(await readFile(manifestFile(backup), "utf8")) as BackupManifest;
    if (manifest.version === 1 && Number.isInteger(manifest.files)) return manifest;
  } catch (cause) {
    throw invalidBackup(backup, cause);
  }
  throw invalidBackup(backup, undefined);
}

function invalidBackup(backup: string, cause: unknown): FreeholdError {
  return new FreeholdError("BACKUP_INVALID", `${backup} is no whole backup.`, {
    help: `Name a folder that \`freehold backup\` has finished: it holds a file ${MANIFEST}.`,
    ...(cause !== undefined && { cause }),
  });
}

/**
 * Copies the files of all objects, or one, into a new folder, while objects are in use. Each file is as it
 * was at one moment, and everything that was durable when the backup began is in it. The host's own file
 * comes last; what it says of alarms and names is brought to what the copies hold by `settleBackup`,
 * without which the backup is not whole.
 *
 * @throws FreeholdError `BACKUP_EXISTS`
 */
export async function copyAll(
  source: BackupSource,
  target: string,
  only?: ObjectKey,
): Promise<BackupReport> {
  await makeTarget(target);
  const began = source.now();
  const failed: { object: string; reason: string }[] = [];
  let files = 0;
  await eachOf(objectFiles(source.dataDirectory, only), async (file) => {
    try {
      if (await copyOne(source, file, join(target, relativeName(file)))) files += 1;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failed.push({ object: keyText(fileKey(file)), reason });
    }
  });
  await source.copyHost(hostFile(target));
  return { version: 1, began, ended: source.now(), files, only, failed };
}

async function makeTarget(target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  try {
    await mkdir(target, { mode: 0o700 });
  } catch (cause) {
    throw new FreeholdError("BACKUP_EXISTS", `A backup cannot be made at ${target}.`, {
      help: "Name a folder that does not exist yet, in one that can be written to.",
      cause,
    });
  }
}

async function eachOf<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const worker = async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Whether there was anything to copy: the object may be deleted meanwhile. */
async function copyOne(source: BackupSource, file: ObjectFile, target: string): Promise<boolean> {
  const key = fileKey(file);
  await mkdir(dirname(target), { recursive: true });
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await discard(target);
    try {
      const store = source.storeOf(key);
      const copied =
        store === undefined
          ? source.journal.borrow(key, () => copyClosed(file.path, target))
          : store.copyTo(target);
      if (copied !== undefined) {
        await copied;
        return (await stat(target).catch(() => undefined)) !== undefined;
      }
    } catch (error) {
      await discard(target);
      if (!(await exists(file.path))) return false;
      // It was closed or deleted while it was being copied; anything else stays as it is.
      if (attempt > 2) throw error;
    }
    await setImmediate();
  }
  throw new Error("It could not be had in peace.");
}

/** Nobody has the file: its bytes are the object, with the log that a crash may have left beside it. */
async function copyClosed(path: string, target: string): Promise<void> {
  adoptFirst(systemFiles, path);
  await copyFile(path, target);
  await syncFile(target);
  if (!(await exists(`${path}-wal`))) return;
  await copyFile(`${path}-wal`, `${target}-wal`);
  await syncFile(`${target}-wal`);
}

/** Makes a copied file durable, and its name. */
export async function syncFile(path: string): Promise<void> {
  for (const each of [path, dirname(path)]) {
    const handle = await open(each, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** Says that a backup is whole. */
export async function finishBackup(target: string, manifest: BackupManifest): Promise<void> {
  const path = manifestFile(target);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
  await syncFile(path);
}

/**
 * Whether a file is a sound database. Opens it, so nobody else may have it open.
 *
 * @returns what is wrong; `undefined` when nothing is
 */
export function damageOf(path: string): string | undefined {
  let database: Database | undefined;
  try {
    database = new Database(path, "none");
    const verdict = String(database.get("PRAGMA integrity_check(1)")?.[0]);
    return verdict === "ok" ? undefined : verdict;
  } catch (error) {
    if (isNotADatabase(error)) return "it is no database";
    return error instanceof Error ? error.message : String(error);
  } finally {
    database?.close();
  }
}

async function discard(target: string): Promise<void> {
  await rm(target, { force: true });
  await rm(`${target}-wal`, { force: true });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
