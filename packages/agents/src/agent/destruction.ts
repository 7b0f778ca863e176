import type { Clock } from "../clock.ts";
import type { LifecycleJobs } from "../jobs/job.ts";
import type { Emit } from "../observability/events.ts";
import { StorageKey } from "../schema.ts";
import { closeSql, type SqlEngine } from "../storage/sql.ts";

/** Name and id of the job that destroys later. */
export const DESTROY_FN = "destroy";
const DESTROY_JOB_ID = "cf:destroy";
/** How much later, in milliseconds. */
export const DEFERRED_MS = 1000;

/** When a destroy that died half-way is taken up again, in milliseconds after it began. */
const AGAIN_MS = 30_000;

/** What of an object's storage is used. */
interface DestroyedStorage {
  readonly kv: { get(key: string): unknown; put(key: string, value: unknown): void };
  readonly sql: SqlEngine;
  setAlarm(time: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
}

/** What destroying an agent needs. */
export interface DestructionPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly storage: DestroyedStorage;
  /** The host's own jobs. */
  jobs(): LifecycleJobs;
  /** Deletes the alarm; none is set any more. */
  disableAlarms(): Promise<void>;
  /** Has every capability let go of what it holds. */
  dispose(): Promise<void>;
  /** Ends this life of the object. */
  abort(reason: string): void;
}

/**
 * Destroys an agent: everything stored, its alarm, its connections. A mark and an alarm are stored
 * first, so that a destroy that dies half-way is finished by that alarm; they go with the rest. Code
 * that still runs then can store nothing that a next life would find.
 */
export class Destruction {
  readonly #ports: DestructionPorts;
  #running: Promise<void> | undefined;

  constructor(ports: DestructionPorts) {
    this.#ports = ports;
  }

  /** Whether a destroy was begun, by an earlier life of the object or by its time having come. */
  pending(): boolean {
    const mark = this.#ports.storage.kv.get(StorageKey.DESTROY_PENDING);
    return mark === true || (typeof mark === "number" && mark <= this.#ports.clock.now());
  }

  /** Resolves when everything is deleted; the object ends right after. */
  destroy(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Destroys in a second, by an alarm that comes before all others. */
  async defer(): Promise<void> {
    const time = this.#ports.clock.now() + DEFERRED_MS;
    this.#ports.storage.kv.put(StorageKey.DESTROY_PENDING, time);
    await this.#ports.jobs().push({ id: DESTROY_JOB_ID, fn: DESTROY_FN, time, exclusive: true });
  }

  async #run(): Promise<void> {
    const { abort, clock, disableAlarms, dispose, emit, storage } = this.#ports;
    storage.kv.put(StorageKey.DESTROY_PENDING, true);
    // In one turn, so that there is never a mark without an alarm.
    await Promise.all([disableAlarms(), storage.setAlarm(clock.now() + AGAIN_MS)]);
    await dispose();
    closeSql(storage.sql);
    await Promise.all([storage.deleteAll(), storage.deleteAlarm()]);
    // Later, so that the answer to whoever asked for this can still leave.
    clock.after(0, () => abort("destroyed"));
    emit("destroy", {});
  }
}
