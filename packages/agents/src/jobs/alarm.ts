import type { Clock } from "../clock.ts";
import type { JobStore } from "./store.ts";

/** The object's one alarm, as the platform keeps it. */
export interface AlarmSlot {
  get(): Promise<number | null>;
  /** Milliseconds since the Unix epoch; replaces what was set. */
  set(time: number): Promise<void>;
  delete(): Promise<void>;
}

/** How long after the start of an alarm the next one fires if this one dies half-way. */
const FALLBACK_MS = 30_000;

/** The latest alarm that the platform takes, in 2189; milliseconds since the Unix epoch. */
const LAST_ALARM_MS = 9_223_372_036_854;

/** A job and when it is due, in milliseconds. */
interface Holder {
  readonly id: string;
  readonly time: number;
}

/** Keeps the object's one alarm at the earliest job. */
export class JobAlarm {
  readonly #slot: AlarmSlot;
  readonly #store: JobStore;
  readonly #clock: Clock;
  /** What the platform has: a time, null for nothing, undefined when not known yet. */
  #armed: number | null | undefined;
  /** The job that the alarm was set for. */
  #holder: Holder | undefined;
  /** Whether a job that went or moved let the alarm come later. */
  #postponed = false;
  #running = false;
  #disabled = false;

  constructor(slot: AlarmSlot, store: JobStore, clock: Clock) {
    this.#slot = slot;
    this.#store = store;
    this.#clock = clock;
  }

  /** Deletes the alarm, and sets none ever again: the object is being destroyed. */
  async disable(): Promise<void> {
    this.#disabled = true;
    this.#armed = null;
    await this.#slot.delete();
  }

  get disabled(): boolean {
    return this.#disabled;
  }

  /**
   * Makes sure the object wakes at `time` or before, for a job. Cheap when an earlier alarm is set. The
   * alarm may be gone with the job that it was set for, by a transaction that was rolled back, or with
   * all that was stored: so what is remembered of it counts only while that job is there.
   */
  async atLatest(time: number, job: Holder): Promise<void> {
    // While jobs run, the fallback is set and `leave` will arm anew.
    if (this.#running) return;
    const at = Math.max(time, this.#clock.now() + 1);
    const isEarlier = this.#armed ? this.#armed <= at : false;
    if (isEarlier && !this.#postponed && this.#isHeld()) return;
    if (!isEarlier && !this.#postponed) return this.#set(at, job);
    this.#armed = undefined;
    await this.#follow();
  }

  /** A job due at `time` is gone or was moved. Cheap when an earlier alarm stands. */
  async released(time: number): Promise<void> {
    if (this.#armed && this.#armed < time) return;
    await this.rearm();
  }

  /** Sets the alarm to what the stored jobs need. */
  async rearm(): Promise<void> {
    const before = this.#armed;
    const followed = this.#follow();
    if (before) this.#postponed = !this.#armed || this.#armed > before;
    await followed;
  }

  /** The same, when the platform's alarm may have been lost: asks what it has before. */
  async recheck(): Promise<void> {
    if (this.#running || this.#disabled) return;
    this.#armed = await this.#slot.get();
    await this.#follow();
  }

  /** At start: sets the alarm again if it was lost while jobs are stored. Writes nothing otherwise. */
  async repair(): Promise<void> {
    if (this.#running || this.#disabled) return;
    const next = this.#store.next();
    if (!next) return;
    this.#armed = await this.#slot.get();
    this.#holder = next;
    await this.atLatest(next.at, next);
  }

  /** The alarm fired: until `leave`, a fallback stands in case this run dies. */
  async enter(): Promise<void> {
    this.#running = true;
    await this.#set(this.#clock.now() + FALLBACK_MS);
  }

  /** The run ended. After a failure the fallback stays: the platform repeats the alarm itself. */
  async leave(failed: boolean): Promise<void> {
    this.#running = false;
    if (!failed) await this.#follow();
  }

  async #follow(): Promise<void> {
    if (this.#running || this.#disabled) return;
    this.#postponed = false;
    const next = this.#store.next();
    if (!next) return this.#clear();
    const at = Math.max(next.at, this.#clock.now() + 1);
    if (this.#armed === at) this.#holder = next;
    else await this.#set(at, next);
  }

  #isHeld(): boolean {
    const holder = this.#holder;
    return holder !== undefined && this.#store.timeOf(holder.id) === holder.time;
  }

  async #set(at: number, holder?: Holder): Promise<void> {
    if (this.#disabled) return;
    this.#armed = at;
    this.#holder = holder;
    await this.#slot.set(Math.min(at, LAST_ALARM_MS));
  }

  async #clear(): Promise<void> {
    if (this.#disabled) return;
    if (this.#armed === undefined) this.#armed = await this.#slot.get();
    if (this.#armed === null) return;
    this.#armed = null;
    await this.#slot.delete();
  }
}
