import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { LifecycleJob } from "../jobs/job.ts";
import type { Emit } from "../observability/events.ts";
import { StorageKey } from "../schema.ts";
import type { Awaitable, MemoryLimitContext } from "./capability.ts";

/** Alarms in a row that may end at the memory limit before their work is removed. */
export const DEFAULT_MEMORY_LIMIT_STRIKES = 3;
/** Seconds by which work is put off for each strike, and at most. */
const BACK_OFF_SECONDS = 30;
const MAX_BACK_OFF_SECONDS = 300;

/** What a strike leads to: the work comes again at `nextTime` (milliseconds), or is removed. */
export type StrikeVerdict =
  | { readonly sealed: false; readonly nextTime: number }
  | { readonly sealed: true };

/** `strikes` counts the present one; a limit of 0 or 1 removes at the first. */
export function judgeStrike(strikes: number, limit: number, now: number): StrikeVerdict {
  if (strikes >= limit) return { sealed: true };
  const seconds = Math.min(MAX_BACK_OFF_SECONDS, BACK_OFF_SECONDS * strikes);
  return { sealed: false, nextTime: now + seconds * 1000 };
}

/** What the breaker needs. */
export interface MemoryLimitPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Strikes that lead to removal. */
  readonly limit: number;
  readonly kv: {
    get(key: string): unknown;
    put(key: string, value: unknown): void;
    delete(key: string): unknown;
  };
  readonly jobs: {
    backOff(id: string | undefined, time: number): void;
    purge(id: string | undefined): LifecycleJob[];
  };
  /** The policies of capabilities and host, in order. */
  policies(): readonly ((context: MemoryLimitContext) => Awaitable<void>)[];
  /** Sets the alarm anew from what is stored. */
  rearm(): Promise<void>;
  /** Resolves when everything is stored; then ends this life of the object. */
  reset(): Promise<void>;
}

/**
 * Breaks the circle of an alarm that uses up the memory each time it runs: its work is put off, ever
 * longer, and removed when that did not help. Strikes are counted in storage, since each ends the
 * object's life; an alarm that ends well clears them.
 */
export class MemoryLimitBreaker {
  readonly #ports: MemoryLimitPorts;
  /** Strikes so far; undefined until read. */
  #strikes: number | undefined;

  constructor(ports: MemoryLimitPorts) {
    this.#ports = ports;
  }

  /** An alarm ended at the memory limit while `executing` ran. */
  async strike(error: unknown, executing: LifecycleJob | undefined): Promise<void> {
    const { clock, jobs, kv, limit, emit } = this.#ports;
    const strikes = this.#read() + 1;
    const verdict = judgeStrike(strikes, limit, clock.now());
    const { sealed } = verdict;
    console.error(`Alarm reached the memory limit (strike ${strikes} of ${limit}):`, error);
    let context: MemoryLimitContext = { ...verdict, ...(executing ? { executing } : {}) };
    if (verdict.sealed) {
      kv.delete(StorageKey.MEMORY_LIMIT_STRIKES);
      context = { ...context, purgedRecoveryLoopJobs: jobs.purge(executing?.id) };
    } else {
      kv.put(StorageKey.MEMORY_LIMIT_STRIKES, strikes);
      jobs.backOff(executing?.id, verdict.nextTime);
    }
    this.#strikes = sealed ? 0 : strikes;
    emit("alarm:memory_limit_reset", { strikes, limit, sealed, error: messageOf(error) });
    await this.#tell(context);
    await this.#ports.rearm();
    await this.#ports.reset();
  }

  /** An alarm ended well. */
  clear(): void {
    if (this.#read() > 0) this.#ports.kv.delete(StorageKey.MEMORY_LIMIT_STRIKES);
    this.#strikes = 0;
  }

  #read(): number {
    if (this.#strikes === undefined) {
      const stored = this.#ports.kv.get(StorageKey.MEMORY_LIMIT_STRIKES);
      this.#strikes = typeof stored === "number" ? stored : 0;
    }
    return this.#strikes;
  }

  /** Best effort: the object's life ends right after. */
  async #tell(context: MemoryLimitContext): Promise<void> {
    for (const policy of this.#ports.policies()) {
      try {
        await policy(context);
      } catch (error) {
        console.error("A memory-limit policy failed:", error);
      }
    }
  }
}
