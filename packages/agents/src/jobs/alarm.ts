import type { Clock } from "../clock.ts";
import { alarmTime } from "./decide.ts";
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

/** Keeps the object's one alarm at the earliest job. */
export class JobAlarm {
  readonly #slot: AlarmSlot;
  readonly #store: JobStore;
  readonly #clock: Clock;
  /** What the platform has: a time, null for nothing, undefined when not known yet. */
  #armed: number | null | undefined;
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

  /** Makes sure the object wakes at `time` or before. Cheap when an earlier alarm is set. */
  async atLatest(time: number): Promise<void> {
    const at = Math.max(time, this.#clock.now() + 1);
    // While jobs run, the fallback is set and `leave` will arm anew.
    if (this.#running || (this.#armed && this.#armed <= at)) return;
    await this.#set(at);
  }

  /** A job due at `time` is gone or was moved. Cheap when an earlier alarm stands. */
  async released(time: number): Promise<void> {
    if (this.#armed && this.#armed < time) return;
    await this.rearm();
  }

  /** Sets the alarm to what the stored jobs need. */
  async rearm(): Promise<void> {
    if (this.#running) return;
    const at = alarmTime(this.#store.nextTimes(), this.#clock.now());
    if (at === undefined) return this.#clear();
    if (this.#armed !== at) await this.#set(at);
  }

  /** The same, when the platform's alarm may have been lost: asks what it has before. */
  async recheck(): Promise<void> {
    if (this.#running || this.#disabled) return;
    this.#armed = await this.#slot.get();
    await this.rearm();
  }

  /** At start: sets the alarm again if it was lost while jobs are stored. Writes nothing otherwise. */
  async repair(): Promise<void> {
    const at = alarmTime(this.#store.nextTimes(), this.#clock.now());
    if (at === undefined || this.#running || this.#disabled) return;
    this.#armed = await this.#slot.get();
    await this.atLatest(at);
  }

  /** The alarm fired: until `leave`, a fallback stands in case this run dies. */
  async enter(): Promise<void> {
    this.#running = true;
    await this.#set(this.#clock.now() + FALLBACK_MS);
  }

  /** The run ended. After a failure the fallback stays: the platform repeats the alarm itself. */
  async leave(failed: boolean): Promise<void> {
    this.#running = false;
    if (!failed) await this.rearm();
  }

  async #set(at: number): Promise<void> {
    if (this.#disabled) return;
    this.#armed = at;
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
