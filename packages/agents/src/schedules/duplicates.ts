import type { Schedule } from "./types.ts";

/** How many schedules are remembered; the oldest are forgotten beyond it. */
const REMEMBERED = 256;

/**
 * Notices that one life of an object makes the same schedule twice: same callback, payload and
 * moment or delay, mostly by a missing `idempotent: true`. Warns once for each callback, naming both.
 */
export class DuplicateWatch {
  /** Schedules of this life by what makes them equal. */
  readonly #ids = new Map<string, string>();
  readonly #warned = new Set<string>();

  /**
   * A schedule was stored. Returns the id of an equal one that still waits, when that is worth a
   * warning.
   */
  note(schedule: Schedule<unknown>, waits: (id: string) => boolean): string | undefined {
    const { id, callback } = schedule;
    if (this.#warned.has(callback)) return undefined;
    const key = identity(schedule);
    const first = this.#ids.get(key);
    this.#remember(key, id);
    if (first === undefined || !waits(first)) return undefined;
    this.#warned.add(callback);
    console.warn(
      `Schedule "${id}" is identical to schedule "${first}" (callback "${callback}"): both will run. Pass { idempotent: true } to keep one of them, or { idempotent: false } if this is meant.`,
    );
    return first;
  }

  #remember(key: string, id: string): void {
    const [oldest] = this.#ids.keys();
    if (this.#ids.size >= REMEMBERED && oldest !== undefined) this.#ids.delete(oldest);
    this.#ids.set(key, id);
  }
}

/** Delays are equal whenever they began; moments are when they are the same. */
function identity({ id: _id, time, ...rest }: Schedule<unknown>): string {
  return JSON.stringify(rest.type === "delayed" ? rest : { ...rest, time });
}
