import type { Clock } from "../clock.ts";
import type { LifecycleJobs } from "../jobs/job.ts";
import type { Emit } from "../observability/events.ts";
import { StorageKey } from "../schema.ts";

/** Name and id of the job that destroys later. */
export const DESTROY_FN = "destroy";
const DESTROY_JOB_ID = "cf:destroy";
/** How much later, in milliseconds. */
export const DEFERRED_MS = 1000;

/** What destroying an agent needs. */
export interface DestructionPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly kv: { get(key: string): unknown; put(key: string, value: unknown): void };
  /** The host's own jobs. */
  jobs(): LifecycleJobs;
  /** Deletes the alarm; none is set any more. */
  disableAlarms(): Promise<void>;
  /** Has every capability let go of what it holds. */
  dispose(): Promise<void>;
  /** Deletes everything stored. */
  wipe(): Promise<void>;
  /** Ends this life of the object. */
  abort(reason: string): void;
}

/**
 * Destroys an agent: everything stored, its alarm, its connections. A mark is stored first, so that
 * a destroy that dies half-way is finished by the next alarm; it goes with the rest.
 */
export class Destruction {
  readonly #ports: DestructionPorts;
  #running: Promise<void> | undefined;

  constructor(ports: DestructionPorts) {
    this.#ports = ports;
  }

  /** Whether a destroy was begun, by an earlier life of the object or by its time having come. */
  pending(): boolean {
    const mark = this.#ports.kv.get(StorageKey.DESTROY_PENDING);
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
    this.#ports.kv.put(StorageKey.DESTROY_PENDING, time);
    await this.#ports.jobs().push({ id: DESTROY_JOB_ID, fn: DESTROY_FN, time, exclusive: true });
  }

  async #run(): Promise<void> {
    const { abort, clock, disableAlarms, dispose, emit, kv, wipe } = this.#ports;
    kv.put(StorageKey.DESTROY_PENDING, true);
    await disableAlarms();
    await dispose();
    await wipe();
    // Later, so that the answer to whoever asked for this can still leave.
    clock.after(0, () => abort("destroyed"));
    emit("destroy", {});
  }
}
