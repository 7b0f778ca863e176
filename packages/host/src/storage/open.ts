import type { AlarmIndex, AlarmTarget } from "../alarms/alarms.ts";
import { StoredAlarmIndex } from "../alarms/index.ts";
import { AlarmScheduler } from "../alarms/scheduler.ts";
import { type ClassRecord, planClasses, type WantedClasses } from "../classes/plan.ts";
import { ClassRegistry } from "../classes/registry.ts";
import { type Clock, systemClock } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import { type Files, systemFiles } from "../files.ts";
import { EmbeddedJournal } from "../journal/embedded.ts";
import { Recovery } from "../journal/history/recovery.ts";
import type { Durability, Journal } from "../journal/journal.ts";
import type { HostLimits } from "../limits.ts";
import { Catalogue } from "../objects/catalogue.ts";
import type { ObjectKey } from "../objects/key.ts";
import { type Random, systemRandom } from "../random.ts";
import { type BackupReport, copyAll } from "./backup.ts";
import { namespaceDirectory, objectFile, objectsDirectory } from "./data-directory.ts";
import { Database } from "./database.ts";
import { FacetIndex } from "./facet-index.ts";
import { findObject } from "./find-object.ts";
import { HostDatabase } from "./host-database.ts";
import type { ObjectStores } from "./object-store.ts";
import { countRecordings, StoredRestores } from "./pending-restores.ts";
import { DatabasePool } from "./pool.ts";
import { alarmIn } from "./settle-backup.ts";
import { FileObjectStores } from "./stores.ts";

export interface OpenObjectStoresOptions {
  /** Where objects live. Made when absent. */
  readonly dataDirectory: string;
  /** Default `strict`. */
  readonly durability?: Durability;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly files?: Files;
  /** Databases open at a time before the least recently used is closed. Default 64; it grows. */
  readonly openDatabases?: number;
  /** Sockets that are open now: they share the limit of file descriptors. Default none. */
  readonly sockets?: () => number;
  /** What becomes of the classes of a Worker. Default: all namespaces have SQL storage. */
  readonly classes?: WantedClasses;
  /** Whether `deleteAll()` leaves the alarm, as it did before 2026-02-24. Default false. */
  readonly deleteAllKeepsAlarm?: boolean;
  /** Default Cloudflare's. */
  readonly limits?: HostLimits;
  /** How long the log of an object may grow before it is folded, in bytes. Default 4 MiB. */
  readonly logBytes?: number;
  /** How long objects can be brought back to earlier moments, in milliseconds. Default 0: not at all. */
  readonly recoveryMs?: number | undefined;
  /** Objects up to this size are held in memory, in bytes. Default 64 KiB; 0 leaves all to SQLite. */
  readonly imageBytes?: number | undefined;
  /** How long the log that objects share may grow before it is emptied, in bytes. Default 16 MiB. */
  readonly sharedLogBytes?: number | undefined;
  /** Hears of failures that no caller hears of. */
  readonly onError?: (error: unknown) => void;
}

/** The storage of a host. */
export interface Storage {
  readonly stores: ObjectStores;
  readonly alarms: AlarmIndex;
  readonly journal: Journal;
  /** The classes of the Worker that have storage. */
  readonly classes: readonly ClassRecord[];
  /** Starts to deliver alarms, overdue ones at once. Call it once; `stop` ends it. */
  scheduler(target: AlarmTarget): { stop(): void };
  /**
   * Copies everything, or one object and its facets, into a new folder while it is in use. The copy is
   * whole once `completeBackup` is done with it.
   *
   * @param only as `Class/name`, `Class/id` or an id
   * @throws FreeholdError `BACKUP_EXISTS`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`
   */
  backup(target: string, only?: string): Promise<BackupReport>;
  /**
   * Brings an object back to where it was at a moment, when it next starts.
   *
   * @param wanted `Class/name`, `Class/id` or an id
   * @param moment a time in milliseconds since the epoch, or a bookmark
   * @returns the object, and the bookmark that takes that back
   * @throws FreeholdError `RECOVERY_OFF`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`, `BOOKMARK_UNKNOWN`,
   *   `BOOKMARK_INVALID`
   */
  restoreNext(wanted: string, moment: number | string): Promise<{ key: ObjectKey; undo: string }>;
  /** Deletes everything that objects have stored. No activation may have its store open. */
  erase(): Promise<void>;
  /** Closes all files, durable, and gives the data directory up. Safe to call twice. */
  close(): Promise<void>;
}

/** Descriptors left for other things than databases and sockets. */
const SPARE_DESCRIPTORS = 200;
/** An open database takes about 190 KiB, so that these take 380 MiB. */
const MOST_DATABASES = 2048;
/** An open database holds its file, its log, and our own descriptors of both. */
const DESCRIPTORS_PER_DATABASE = 4;

/**
 * Opens the storage of a host: object files, catalogue, alarms.
 *
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE` or `DATA_DIRECTORY_UNUSABLE`, and what
 *   `planClasses` throws.
 * @example
 * ```ts
 * const storage = openObjectStores({ dataDirectory: ".freehold" });
 * storage.scheduler(directory);
 * await storage.close();
 * ```
 */
export function openObjectStores(options: OpenObjectStoresOptions): Storage {
  const { dataDirectory, durability = "strict", clock = systemClock } = options;
  const { files = systemFiles, random = systemRandom, sockets = () => 0 } = options;
  const onError = options.onError ?? (() => undefined);
  const host = new HostDatabase({ dataDirectory, files, clock, durability, onFailure: onError });
  const catalogue = new Catalogue(host);
  const index = new StoredAlarmIndex(host);
  const recovery = openRecovery(options, { host, catalogue, index });
  const { logBytes } = options;
  const journal = new EmbeddedJournal({
    ...{ files, clock, random, durability, recovery, logBytes },
    ...{ dataDirectory, imageBytes: options.imageBytes, sharedLogBytes: options.sharedLogBytes },
    ...(durability !== "memory" && { unsynced: host.unsynced }),
  });
  const facets = new FacetIndex(host);
  const erase = (namespace: string) => {
    for (const table of [catalogue, facets, index]) table.clear(namespace);
    files.removeDirectory(namespaceDirectory(dataDirectory, namespace));
  };
  const classes = options.classes ? migrate(host, options.classes, erase) : [];
  const keyValueOnly = new Set(
    classes.filter(({ storage }) => storage === "key-value").map(({ namespace }) => namespace),
  );
  const descriptors = files.descriptorLimit();
  const pool = new DatabasePool({
    ...(options.openDatabases === undefined ? {} : { limit: options.openDatabases }),
    highest: () => {
      const left = descriptors - sockets() - SPARE_DESCRIPTORS;
      return Math.min(MOST_DATABASES, Math.floor(left / DESCRIPTORS_PER_DATABASE));
    },
    limits: options.limits,
    now: clock === systemClock ? undefined : () => clock.now(),
    exactLogs: recovery !== undefined,
    syncing: (hasLog) => (durability === "memory" ? "none" : hasLog ? "barriers" : "fresh"),
  });
  const stores = new FileObjectStores({
    ...{ dataDirectory, files, clock, journal, catalogue, index, facets, pool, onError },
    hasSql: (namespace) => !keyValueOnly.has(namespace),
    deleteAllKeepsAlarm: options.deleteAllKeepsAlarm,
  });
  const schedulers: AlarmScheduler[] = [];
  let closing: Promise<void> | undefined;
  const close = async () => {
    for (const scheduler of schedulers) scheduler.stop();
    await stores.close();
    await journal.close();
    pool.shutDown();
    await host.close();
  };
  return {
    stores,
    alarms: index,
    journal,
    classes,
    scheduler(target) {
      const scheduler = new AlarmScheduler({
        ...{ index, clock, random, onError },
        ...(options.limits && { retries: options.limits.alarmRetries }),
      });
      schedulers.push(scheduler);
      scheduler.start(target);
      return scheduler;
    },
    async backup(target, only) {
      const source = {
        ...{ dataDirectory, journal, now: () => clock.now() },
        storeOf: (key: ObjectKey) => stores.storeOf(key),
        copyHost: (path: string) => host.copyTo(path),
      };
      const wanted = only === undefined ? undefined : findObject(host.read(), only);
      return copyAll(source, target, wanted);
    },
    async restoreNext(wanted, moment) {
      if (recovery === undefined) throw recoveryOff();
      const key = findObject(host.read(), wanted);
      const history = recovery.historyOf(objectFile(dataDirectory, key));
      const moments = recovery.of(key, history);
      const bookmark = typeof moment === "string" ? moment : moments.at(moment);
      return { key, undo: await moments.restoreNext(bookmark) };
    },
    async erase() {
      await stores.close();
      catalogue.clear();
      facets.clear();
      index.clear();
      files.removeDirectory(objectsDirectory(dataDirectory));
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

interface RecoveryParts {
  readonly host: HostDatabase;
  readonly catalogue: Catalogue;
  readonly index: StoredAlarmIndex;
}

function openRecovery(
  options: OpenObjectStoresOptions,
  { host, catalogue, index }: RecoveryParts,
): Recovery | undefined {
  const { recoveryMs = 0, files = systemFiles, clock = systemClock } = options;
  const recording = countRecordings(host, recoveryMs > 0);
  if (recoveryMs <= 0) return undefined;
  return new Recovery({
    files,
    now: () => clock.now(),
    keepMs: recoveryMs,
    pending: new StoredRestores(host),
    recording,
    fold: (path) => new Database(path).close(),
    async announce(key, path) {
      const alarm = path === undefined ? null : alarmIn(path);
      const known = index.get(key);
      if (alarm !== null && (known === undefined || alarm < known)) await index.put(key, alarm);
    },
    async restored(key, path) {
      const alarm = path === undefined ? null : alarmIn(path);
      if (alarm === null) index.remove(key);
      else await index.put(key, alarm);
      if (path === undefined) catalogue.forget(key);
      else await catalogue.record(key, undefined, clock.now());
    },
    onError: options.onError ?? (() => undefined),
  });
}

function recoveryOff(): FreeholdError {
  return new FreeholdError("RECOVERY_OFF", "This host keeps no history of its objects.", {
    help: "Turn it on with `recoveryHours` in freehold.config.ts; backups can be restored without.",
  });
}

/** Brings the data directory to where the configuration wants it. */
function migrate(
  host: HostDatabase,
  wanted: WantedClasses,
  erase: (namespace: string) => void,
): readonly ClassRecord[] {
  try {
    const registry = new ClassRegistry(host);
    const plan = planClasses(registry.stateOf(wanted.worker), wanted);
    registry.apply(wanted.worker, plan, erase);
    return plan.state.classes;
  } catch (error) {
    void host.close();
    throw error;
  }
}
