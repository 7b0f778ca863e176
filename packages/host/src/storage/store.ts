import { setImmediate } from "node:timers";
import type { AlarmIndex } from "../alarms/alarms.ts";
import type { Clock } from "../clock.ts";
import type { Files } from "../files.ts";
import { LONG_LOG_BYTES, type ObjectJournal } from "../journal/journal.ts";
import type { ObjectKey } from "../objects/key.ts";
import { AlarmCell } from "./alarm-cell.ts";
import { Commits } from "./commits.ts";
import { DurableObjectStorage } from "./durable-object-storage.ts";
import { storageFault } from "./faults.ts";
import { KvTable } from "./kv.ts";
import type { FacetStore, ObjectStoreHost } from "./object-store.ts";
import type { DatabasePool } from "./pool.ts";
import { StoreSession } from "./session.ts";

/** What a store stands on. */
export interface StoreRoom {
  readonly files: Files;
  readonly clock: Clock;
  readonly pool: DatabasePool;
  readonly index: AlarmIndex;
  /** Hears of failures that no caller hears of, and what those mean that one does. */
  readonly onError: (error: unknown) => void;
}

export interface FileObjectStoreOptions {
  readonly key: ObjectKey;
  readonly path: string;
  readonly journal: ObjectJournal;
  readonly room: StoreRoom;
  readonly host: ObjectStoreHost;
  /** False for a class that has keys and values only. Default true. */
  readonly hasSql?: boolean;
  /** Whether `deleteAll()` leaves the alarm, as it did before 2026-02-24. Default false. */
  readonly deleteAllKeepsAlarm?: boolean | undefined;
  /** The object has storage from now on. Resolves when the catalogue knows. */
  readonly register: () => Promise<void> | undefined;
  /** The object has no storage any more. */
  readonly forget: () => void;
  /** The file is about to be closed; the promise resolves when nothing of the object is in flight. */
  readonly onClosing: (closed: Promise<void>) => void;
  /** @param wrote the object was written to */
  readonly onClosed: (wrote: boolean) => void;
}

/** The store of one activation: puts the parts together. */
export class FileObjectStore implements FacetStore {
  readonly api: DurableObjectStorage;
  readonly #options: FileObjectStoreOptions;
  readonly #session: StoreSession;
  readonly #alarm: AlarmCell;
  readonly #commits: Commits;
  #wrote = false;
  #unsettled = false;
  #syncFailed = false;
  #closed: Promise<void> | undefined;

  constructor(options: FileObjectStoreOptions) {
    this.#options = options;
    const { host, room, key, path, journal } = options;
    this.#session = new StoreSession({
      path,
      journal,
      files: room.files,
      pool: room.pool,
      onWrite: (confirmed) => this.#commits.wrote(confirmed),
      onUndo: () => {
        table.forget();
        this.#alarm.forget();
      },
      explain: (error) => this.#report(error) ?? error,
      onFailure: (error) => this.#failed(error),
    });
    const session = this.#session;
    const table = new KvTable(session);
    this.#alarm = new AlarmCell(session, () => this.#alarmChanges());
    this.#commits = new Commits({
      key,
      journal,
      session,
      alarm: this.#alarm,
      index: room.index,
      onFirstWrite: () => this.#firstWrite(),
      register: options.register,
      onManyCommits: () => this.#checkLog(),
    });
    this.api = new DurableObjectStorage({
      session,
      table,
      alarm: this.#alarm,
      commits: this.#commits,
      recovery: journal.recovery,
      hasSql: options.hasSql ?? true,
      now: () => room.clock.now(),
      mayHaveAlarm: () => host.mayHaveAlarm(),
      exclusively: (callback) => host.exclusively(callback),
      deleteAll: () => this.#deleteAll(),
    });
  }

  get alarm(): number | null {
    return this.#session.broken ? null : this.#alarm.stored;
  }

  get isInTransaction(): boolean {
    return this.#session.transactions.open;
  }

  image(): Uint8Array | undefined {
    return this.#session.read()?.database.image();
  }

  /** Copies what is committed into a new file. Nothing, when the object has no file. */
  copyTo(path: string): Promise<void> {
    return this.#session.copyTo(path);
  }

  commit(): void {
    this.#commits.commit();
  }

  durable(): Promise<void> | undefined {
    return this.#commits.durable();
  }

  beginAlarm(): void {
    this.#alarm.begin();
  }

  endAlarm(outcome: "done" | "keep"): void {
    this.#alarm.end(outcome);
  }

  break(reason: unknown): void {
    this.#session.break(reason);
    this.#commits.broken();
  }

  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = this.#close();
      this.#options.onClosing(this.#closed);
    }
    return this.#closed;
  }

  /** A sync of this object has failed. */
  lose(error: Error): void {
    this.#syncFailed = true;
    this.#session.fail(error);
  }

  #firstWrite(): void {
    this.#wrote = true;
    this.#options.host.onFirstWrite();
  }

  #alarmChanges(): void {
    if (this.#unsettled) return;
    this.#unsettled = true;
    this.#options.room.index.unsettle(this.#options.key);
  }

  #deleteAll(): void {
    const { epoch } = this.#session;
    const time = this.#alarm.stored;
    this.#session.deleteAll();
    if (this.#session.epoch !== epoch) {
      if (time !== null) this.#alarm.deleted();
      this.#commits.deleted();
      this.#options.forget();
      if (time !== null && this.#options.deleteAllKeepsAlarm) this.#alarm.set(time, true);
    }
    this.#options.host.onDeleteAll?.();
  }

  #failed(error: Error): void {
    this.#report(error);
    this.#commits.broken();
    this.#options.host.onFailure(error);
  }

  /** Tells whoever runs the host what a fault of the machine means; programs see what SQLite says. */
  #report(error: unknown): Error | undefined {
    const { room, key } = this.#options;
    const fault = storageFault(error, key, () => room.files.mayOpen());
    if (fault !== undefined) room.onError(fault);
    return fault;
  }

  #checkLog(): void {
    const { journal, path, room } = this.#options;
    const isLong = () => journal.isLogLong?.() ?? room.files.size(`${path}-wal`) > LONG_LOG_BYTES;
    setImmediate(() => {
      if (isLong()) this.#session.checkpoint();
    }).unref();
  }

  async #close(): Promise<void> {
    await this.#commits.putOff;
    const { room, journal, key, onClosed } = this.#options;
    const certain = !this.#session.broken && !this.#session.transactions.open;
    const alarm = certain ? this.#alarm.known : undefined;
    this.#session.break(new Error("The storage of this object was closed."));
    if (!this.#syncFailed) await this.#fold();
    this.#session.close(!this.#syncFailed);
    await journal.release();
    if (alarm !== undefined) this.#reconcile(alarm);
    if (this.#unsettled && alarm !== undefined) room.index.settle(key);
    onClosed(this.#wrote);
  }

  /** A log that cannot be folded now is folded when the file is next opened. */
  async #fold(): Promise<void> {
    try {
      await this.#session.fold();
    } catch (error) {
      if (this.#report(error) === undefined) this.#options.room.onError(error);
    }
  }

  /** Nothing is in motion any more: the index follows the row. */
  #reconcile(alarm: number | null): void {
    const { index } = this.#options.room;
    if (alarm === null) index.remove(this.#options.key);
    else if (index.get(this.#options.key) !== alarm) void index.put(this.#options.key, alarm);
  }
}
