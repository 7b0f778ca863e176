// Not the global one: in the context of an object it ends with that object.
import { clearImmediate, setImmediate } from "node:timers";
import { type Clock, machineTime, type Timer } from "../clock.ts";
import { nextPace } from "../pace.ts";
import type { Random } from "../random.ts";
import type { AlarmTarget } from "./alarms.ts";
import { type Delivered, decide, type PendingAlarm } from "./decide.ts";
import { DueQueue } from "./due-queue.ts";
import type { IndexedAlarm, StoredAlarmIndex } from "./index.ts";

export interface AlarmSchedulerOptions {
  readonly index: StoredAlarmIndex;
  readonly clock: Clock;
  readonly random: Random;
  /** How often a failing alarm is tried again. Default 6. */
  readonly retries?: number;
  /** Hears of errors that a target should not have let out. */
  readonly onError?: (error: unknown) => void;
  /** In milliseconds: tells how long turns of the event loop take. Default the machine's own time. */
  readonly turnTime?: () => number;
}

/** Deliveries that may run at a time, not counting those that run long. */
const PACE = { fewest: 4, most: 128 };
/** So many run at first. */
const FIRST_RUNNING = 16;
/** Deliveries started before requests get their turn. */
const STARTS_PER_TURN = 16;
/** A delivery that takes longer no longer counts: slow handlers must not hold up other alarms. */
const LONG_MS = 1_000;

interface Waiting {
  readonly entry: IndexedAlarm;
  readonly alarm: PendingAlarm;
}

/**
 * Delivers alarms: none before its time, each at least once, one at a time for each object, and only so
 * many at once that requests are still served.
 */
export class AlarmScheduler {
  readonly #options: AlarmSchedulerOptions;
  readonly #queue = new DueQueue<Waiting>();
  readonly #running = new Set<string>();
  #target: AlarmTarget | undefined;
  #timer: { readonly timer: Timer; readonly due: number } | undefined;
  #turn: NodeJS.Immediate | undefined;
  readonly #turnTime: () => number;
  /** Deliveries that may run at a time, and those that do; not counting those that run long. */
  #most = FIRST_RUNNING;
  #counted = 0;
  /** When the turn began in which deliveries were last started. */
  #turnBegan: number | undefined;
  #stopped = false;

  constructor(options: AlarmSchedulerOptions) {
    this.#options = options;
    this.#turnTime = options.turnTime ?? machineTime;
  }

  /** Overdue alarms are delivered at once. */
  start(target: AlarmTarget): void {
    this.#target = target;
    this.#options.index.watch((entry) => this.#enqueue(entry));
  }

  /** Starts no more deliveries. Those that run go on. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.timer.cancel();
    clearImmediate(this.#turn);
  }

  #enqueue(entry: IndexedAlarm): void {
    this.#queue.add(entry.alarm.wake, { entry, alarm: entry.alarm });
    this.#arm();
  }

  #arm(): void {
    const due = this.#queue.next;
    if (due === undefined || this.#stopped || this.#turn !== undefined) return;
    if (this.#counted >= this.#most) return;
    const { clock } = this.#options;
    if (due <= clock.now()) {
      this.#deliverNextTurn();
      return;
    }
    if (this.#timer !== undefined && this.#timer.due <= due) return;
    this.#timer?.timer.cancel();
    const timer = clock.setTimer(() => {
      this.#timer = undefined;
      this.#deliverDue();
    }, due - clock.now());
    this.#timer = { timer, due };
  }

  #deliverNextTurn(): void {
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#deliverDue();
    });
  }

  #deliverDue(): void {
    const began = this.#turnTime();
    if (this.#turnBegan !== undefined) {
      this.#most = nextPace(this.#most, began - this.#turnBegan, PACE);
      this.#turnBegan = undefined;
    }
    const now = this.#options.clock.now();
    let started = 0;
    while (started < STARTS_PER_TURN && this.#counted < this.#most && !this.#stopped) {
      if ((this.#queue.next ?? Number.POSITIVE_INFINITY) > now) break;
      const waiting = this.#queue.take();
      if (waiting === undefined || !this.#isCurrent(waiting)) continue;
      started += 1;
      void this.#deliver(waiting);
    }
    if (started > 0 && !this.#stopped) {
      // Comes back in the next turn, which tells how long this one took.
      this.#turnBegan = began;
      this.#deliverNextTurn();
    } else this.#arm();
  }

  /** Entries stay queued when their alarm is moved; what is taken out may be out of date. */
  #isCurrent({ entry, alarm }: Waiting): boolean {
    const current = this.#options.index.current(entry);
    return current === entry && entry.alarm === alarm && !this.#running.has(idOf(entry));
  }

  async #deliver({ entry, alarm }: Waiting): Promise<void> {
    this.#running.add(idOf(entry));
    const release = this.#takeSlot();
    const delivered = await this.#run(entry, alarm);
    release();
    this.#running.delete(idOf(entry));
    if (!this.#stopped) await this.#conclude(entry, alarm, delivered);
    this.#arm();
  }

  async #run(entry: IndexedAlarm, alarm: PendingAlarm): Promise<Delivered> {
    try {
      const target = this.#target as AlarmTarget;
      return await target.deliver(entry.key, { retryCount: alarm.counted + alarm.uncounted });
    } catch (error) {
      this.#options.onError?.(error);
      return { outcome: "interrupted", next: alarm.time };
    }
  }

  async #conclude(entry: IndexedAlarm, alarm: PendingAlarm, delivered: Delivered): Promise<void> {
    const { index, clock, random, retries } = this.#options;
    const current = index.current(entry);
    if (current !== undefined && (current !== entry || entry.alarm !== alarm)) {
      // Set anew under the handler.
      this.#enqueue(current);
      return;
    }
    const decision = decide(alarm, delivered, clock.now(), random.fraction(), retries);
    if (decision.kind === "giveUp") await this.#giveUp(entry, alarm);
    if (decision.kind !== "wait") return;
    if (current === undefined) void index.put(entry.key, decision.alarm.time);
    else index.retry(entry, decision.alarm);
  }

  async #giveUp({ key }: IndexedAlarm, { time }: PendingAlarm): Promise<void> {
    try {
      await this.#target?.giveUp(key, time);
    } catch (error) {
      this.#options.onError?.(error);
    }
  }

  /** @returns gives the slot back, once. */
  #takeSlot(): () => void {
    this.#counted += 1;
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      timer.cancel();
      this.#counted -= 1;
      this.#arm();
    };
    const timer = this.#options.clock.setTimer(release, LONG_MS);
    return release;
  }
}

function idOf({ key }: IndexedAlarm): string {
  return `${key.namespace}/${key.id}`;
}
