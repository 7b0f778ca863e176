import {
  BackupReport,
  ListedObject,
  ListObjectsOptions,
  PackageClass,
} from "./shared.js";
/** Whether a text has the form of a bookmark, whatever object it is of. */
declare function isBookmark(text: string): boolean;
/**
 * Makes a backup whole that a host has copied: looks into every file, and brings alarms and names to what
 * the objects hold. Until then it cannot be restored.
 *
 * @returns the report, with the files that are damaged
 * @example
 * ```ts
 * const report = await completeBackup(target, await host.backup(target));
 * ```
 */
declare function completeBackup(target: string, report: BackupReport): Promise<BackupReport>;
/**
 * Backs up a data directory that no host runs on.
 *
 * @param only one object: `Class/name`, `Class/id` or an id. Default all.
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_UNUSABLE`, `BACKUP_EXISTS`,
 *   `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`
 */
declare function backupStopped(dataDirectory: string, target: string, only?: string): Promise<BackupReport>;
/** `bad`: data is in danger, or the host will not start. `warning`: it will, but not well. */
type FindingLevel = "good" | "warning" | "bad";
/** One thing that was looked at. */
interface Finding {
  readonly level: FindingLevel;
  /** Stable and machine-readable, such as `FILE_LIMIT`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. Absent when it is good. */
  readonly help?: string;
}
interface DoctorReport {
  readonly findings: readonly Finding[];
  /** Whether nothing is `bad`. */
  readonly isWell: boolean;
}
/**
 * Looks at a data directory and at this machine, and changes nothing. While a host runs on the directory
 * its objects cannot be looked into; everything else is.
 *
 * @example
 * ```ts
 * const { findings, isWell } = await examine("/var/lib/my-agents");
 * ```
 */
declare function examine(dataDirectory: string): Promise<DoctorReport>;
/**
 * Brings an object of a data directory that no host runs on back to where it was at a moment.
 *
 * @param wanted `Class/name`, `Class/id` or an id
 * @param moment a time in milliseconds since the epoch, or a bookmark
 * @returns a bookmark that takes it back
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`,
 *   `BOOKMARK_UNKNOWN`, `BOOKMARK_INVALID`, and what kept the object from being brought back
 */
declare function restoreMoment(dataDirectory: string, wanted: string, moment: number | string): Promise<string>;
/** What was put back. */
interface Restored {
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
declare function restoreBackup(backup: string, dataDirectory: string): Promise<Restored>;
/**
 * Puts one object of a backup, with its facets, into a data directory that no host runs on. What was
 * there of it is kept.
 *
 * @param wanted `Class/name`, `Class/id` or an id
 * @throws FreeholdError `BACKUP_INVALID`, `DATA_DIRECTORY_IN_USE`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`
 */
declare function restoreObject(backup: string, dataDirectory: string, wanted: string): Promise<Restored>;
/** A row of an object's database: integers are numbers, BLOBs are `ArrayBuffer`s. */
type StoppedRow = Readonly<Record<string, null | number | string | ArrayBuffer>>;
/** Objects of one class of a package, as they were left. */
interface StoppedObjects {
  /** Objects that have something stored, the youngest first. At most 100, unless `limit` says. */
  list(options?: ListObjectsOptions): readonly ListedObject[];
  /** Runs a query in the object of a name; `undefined` when it has nothing stored. */
  query(name: string, sql: string, ...bindings: readonly (null | number | string)[]): readonly StoppedRow[] | undefined;
}
/**
 * Looks into objects of packages in a data directory that no host runs on, and changes nothing of what
 * they hold. The directory is locked meanwhile.
 *
 * @param worker the Worker's name
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_DAMAGED`, `DATA_DIRECTORY_UNUSABLE`,
 *   `DATA_ABSENT` when there is none
 * @example
 * ```ts
 * const names = await readStopped(".freehold", "shop", ({ of }) =>
 *   of({ kind: "workflow", name: "orders" }).list().map(({ name }) => name),
 * );
 * ```
 */
declare function readStopped<T>(dataDirectory: string, worker: string, read: (data: {
  of(known: Pick<PackageClass, "kind" | "name">): StoppedObjects;
}) => T | Promise<T>): Promise<T>;
export {
  backupStopped,
  completeBackup,
  type DoctorReport,
  examine,
  type Finding,
  type FindingLevel,
  isBookmark,
  readStopped,
  restoreBackup,
  type Restored,
  restoreMoment,
  restoreObject,
  type StoppedObjects,
  type StoppedRow,
};