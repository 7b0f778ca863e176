import type { Clock, PackageObjectContext, Timer } from "@freehold/host";

/** A run that has begun is taken up again so long after a crash at the latest. */
const RECOVERY_MS = 1000;
/** The workflow's queue answers within this time, in milliseconds. */
const ANSWER_MS = 1000;
/** An instance stays in memory for what comes so soon. */
const NEAR_MS = 5000;
/** Alarms may not be later than in 2189; milliseconds since the epoch. */
const LATEST_ALARM = 6_900_000_000_000;
/** An alarm's handler may take fifteen minutes; it is rung again before that. */
const LONGEST_ALARM_MS = 10 * 60_000;

/**
 * Keeps an instance in memory while something of it runs, and sees that it is woken: an alarm stands
 * whenever it is unfinished and not paused. While something runs, that alarm is at most a second away,
 * or its handler waits for the run: so a crash at any point is followed by a replay.
 */
export class Awake {
  readonly #context: PackageObjectContext;
  readonly #clock: Clock;
  #busy: (() => void) | undefined;
  #nap: Timer | undefined;
  /** The alarm that stands; `undefined` when that is not known. */
  #alarm: number | undefined;
  #ringing = 0;
  #waiting: (() => void)[] = [];

  constructor(context: PackageObjectContext, clock: Clock) {
    this.#context = context;
    this.#clock = clock;
  }

  /** Something runs. */
  stay(): void {
    this.#nap?.cancel();
    this.#nap = undefined;
    this.#busy ??= this.#context.keepBusy();
    const latest = this.#clock.now() + RECOVERY_MS;
    if (this.#ringing === 0 && (this.#alarm === undefined || this.#alarm > latest)) {
      this.wakeAt(latest);
    }
  }

  /** Whether a deadline is worth waiting for in memory. */
  isNear(deadline: number | undefined): deadline is number {
    return deadline !== undefined && deadline - this.#clock.now() <= NEAR_MS;
  }

  /** Waits for a near deadline. */
  nap(deadline: number, onDue: () => void): void {
    this.stay();
    const left = deadline - this.#clock.now();
    if (left <= 0) this.#context.soon(onDue);
    else this.#nap = this.#context.after(left, onDue);
  }

  /** Nothing happens before a deadline that is far away: the object leaves. */
  sleep(deadline: number | undefined): void {
    if (deadline !== undefined) this.wakeAt(deadline);
    this.end("idle");
  }

  wakeAt(wanted: number): void {
    const time = Math.min(wanted, LATEST_ALARM);
    if (this.#alarm === time) return;
    this.#alarm = time;
    void this.#context.storage.setAlarm(time);
  }

  noAlarm(): void {
    this.#alarm = undefined;
    void this.#context.storage.deleteAlarm();
  }

  /** The alarm that stood has rung. Until its handler is over it rings again after a crash. */
  alarmRang(): void {
    this.#alarm = undefined;
    this.#ringing += 1;
  }

  /** The alarm's handler is over. */
  alarmOver(): void {
    this.#ringing -= 1;
    const isLeft = this.#busy !== undefined && this.#ringing === 0 && !this.#context.isOver;
    if (isLeft) this.wakeAt(this.#clock.now());
  }

  /**
   * Waits for the workflow's queue, for the alarm's handler. It may be out of reach while the host ends:
   * then the answer is false, and the alarm rings again.
   */
  async hears(answer: Promise<void>): Promise<boolean> {
    const late = Promise.withResolvers<false>();
    const timer = this.#context.after(ANSWER_MS, () => late.resolve(false));
    const isHeard = await Promise.race([answer.then(() => true), late.promise]);
    timer.cancel();
    if (!isHeard) this.wakeAt(this.#clock.now() + RECOVERY_MS);
    return isHeard;
  }

  /** Nothing runs any more; what a program still waits for is cut off, or not. */
  end(how: "idle" | "cut"): void {
    this.#nap?.cancel();
    this.#nap = undefined;
    this.#busy?.();
    this.#busy = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#context.leave(how);
  }

  /** For the alarm's handler: until nothing runs, or for as long as a handler may take. */
  async untilRest(): Promise<void> {
    if (this.#busy === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const timer = this.#context.after(LONGEST_ALARM_MS, resolve);
    await promise;
    timer.cancel();
  }
}
