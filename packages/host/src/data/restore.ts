import { copyFile, mkdir, mkdtemp, readdir, rename, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { StoredAlarmIndex } from "../alarms/index.ts";
import { systemClock } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import { systemFiles } from "../files.ts";
import { historyFolder } from "../journal/history/object-history.ts";
import { Catalogue } from "../objects/catalogue.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import { damageOf, readManifest, syncFile } from "../storage/backup.ts";
import { hostFile, objectFile } from "../storage/data-directory.ts";
import { Database } from "../storage/database.ts";
import { FacetIndex, type FacetRow } from "../storage/facet-index.ts";
import { findObject } from "../storage/find-object.ts";
import { HostDatabase } from "../storage/host-database.ts";
import { type ObjectFile, objectFiles, relativeName } from "../storage/object-files.ts";
import { keepFile, replaceFile } from "../storage/replace-file.ts";
import { alarmIn } from "../storage/settle-backup.ts";

/** What was put back. */
export interface Restored {
  /** Files of objects and their facets. */
  readonly files: number;
  /** Where what was there before is kept; absent when there was nothing. */
  readonly kept?: string;
}

/**
 * Makes a data directory of a backup. There must be none yet, or an empty one.
 *
 * @throws FreeholdError `BACKUP_INVALID`, `DATA_DIRECTORY_NOT_EMPTY`
 */
export async function restoreBackup(backup: string, dataDirectory: string): Promise<Restored> {
  await readManifest(backup);
  const there = await readdir(dataDirectory).catch(() => []);
  if (there.length > 0) {
    throw new FreeholdError("DATA_DIRECTORY_NOT_EMPTY", `${dataDirectory} is not empty.`, {
      help: "Move it away first, or name another folder with --data. One object fits in: --object.",
    });
  }
  const next = `${dataDirectory}-restoring`;
  await rm(next, { recursive: true, force: true });
  let files = 0;
  await copyDurably(hostFile(backup), hostFile(next));
  for await (const file of objectFiles(backup)) {
    await copyDurably(file.path, join(next, relativeName(file)));
    files += 1;
    const damage = damageOf(join(next, relativeName(file)));
    if (damage !== undefined) throw damaged(backup, keyText(file.key), damage);
  }
  await rm(dataDirectory, { recursive: true, force: true });
  await rename(next, dataDirectory);
  await syncFile(dataDirectory);
  return { files };
}

async function copyDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await syncFile(to);
}

/**
 * Puts one object of a backup, with its facets, into a data directory that no host runs on. What was
 * there of it is kept.
 *
 * @param wanted `Class/name`, `Class/id` or an id
 * @throws FreeholdError `BACKUP_INVALID`, `DATA_DIRECTORY_IN_USE`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`
 */
export async function restoreObject(
  backup: string,
  dataDirectory: string,
  wanted: string,
): Promise<Restored> {
  await readManifest(backup);
  const { key, name, facets } = await describe(backup, wanted);
  const files: ObjectFile[] = [];
  for await (const file of objectFiles(backup, key)) {
    const damage = damageOf(file.path);
    if (damage !== undefined) throw damaged(backup, keyText(key), damage);
    files.push(file);
  }
  const host = new HostDatabase({
    ...{ dataDirectory, files: systemFiles, clock: systemClock, durability: "strict" },
    onFailure: () => undefined,
  });
  try {
    const index = new StoredAlarmIndex(host);
    const alarm = await alarmOf(files);
    // Early enough for the old file and for the new one: the object's own row decides.
    const before = index.get(key);
    if (alarm !== null && (before === undefined || alarm < before)) await index.put(key, alarm);
    const kept = join(dataDirectory, "replaced", `${systemClock.now()}`);
    const isReplaced = await exchange(dataDirectory, key, files, kept);
    await new Catalogue(host).record(key, name, systemClock.now());
    const places = new FacetIndex(host);
    places.remove(
      key,
      places.list(key).map(({ number }) => number),
    );
    if (facets.length > 0) await places.add(key, facets);
    if (alarm === null) index.remove(key);
    else await index.put(key, alarm);
    return { files: files.length, ...(isReplaced && { kept }) };
  } finally {
    await host.close();
  }
}

/** The alarm of the object among its files. */
async function alarmOf(files: readonly ObjectFile[]): Promise<number | null> {
  const own = files.find(({ facet }) => facet === undefined);
  if (own === undefined) return null;
  return inCopy(own.path, alarmIn);
}

/** Answers whether there was anything before. */
async function exchange(
  dataDirectory: string,
  key: ObjectKey,
  files: readonly ObjectFile[],
  kept: string,
): Promise<boolean> {
  const wanted = new Set(files.map(relativeName));
  let isReplaced = false;
  for await (const old of objectFiles(dataDirectory, key)) {
    isReplaced = true;
    if (wanted.has(relativeName(old))) continue;
    await keepFile(old.path, join(kept, relativeName(old)));
    await unlink(old.path);
    await rm(`${old.path}-wal`, { force: true });
  }
  await keepHistory(
    objectFile(dataDirectory, key),
    join(kept, relativeName({ key, facet: undefined, isFirst: false, path: "" })),
  );
  for (const file of files) {
    const path = join(dataDirectory, relativeName(file));
    await replaceFile(path, file.path, join(kept, relativeName(file)));
  }
  await syncFile(dirname(objectFile(dataDirectory, key)));
  return isReplaced;
}

/** What is put back has no history here: that of the old file stays with the old file. */
async function keepHistory(path: string, kept: string): Promise<void> {
  const [folder, target] = [historyFolder(path), historyFolder(kept)];
  if (!systemFiles.exists(folder)) return;
  await mkdir(dirname(target), { recursive: true });
  await rename(folder, target);
}

interface Described {
  readonly key: ObjectKey;
  readonly name: string | undefined;
  readonly facets: readonly FacetRow[];
}

/** What a backup's own file says of an object. */
function describe(backup: string, wanted: string): Promise<Described> {
  return inCopy(hostFile(backup), (path) => {
    const database = new Database(path);
    try {
      const key = findObject(database, wanted);
      const where = "WHERE namespace = ? AND id = ?";
      const of = [key.namespace, key.id] as const;
      const name = database.get(`SELECT name FROM objects ${where}`, ...of)?.[0];
      const rows = database.all(`SELECT number, parent, name FROM facets ${where}`, ...of);
      const facets = rows.map(([number, parent, facet]) => ({
        number: Number(number),
        parent: Number(parent),
        name: Buffer.from(facet as Uint8Array).toString("utf8"),
      }));
      return { key, name: typeof name === "string" ? name : undefined, facets };
    } finally {
      database.close();
    }
  });
}

/** Looks into a copy, so that the backup may lie where nobody can write. */
async function inCopy<T>(path: string, look: (path: string) => T): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "freehold-restore-"));
  try {
    const copy = join(folder, "copy.sqlite");
    await copyFile(path, copy);
    return look(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function damaged(backup: string, object: string, reason: string): FreeholdError {
  return new FreeholdError("BACKUP_DAMAGED", `${object} is damaged in ${backup}: ${reason}`, {
    help: "Use another backup: nothing has been changed.",
  });
}
