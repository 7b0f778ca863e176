import type { Clock, Timer } from "../clock.ts";
import { objectErrors } from "../contract-errors.ts";
import type { ObjectLimits } from "../limits.ts";
import type { Work } from "./delivery.ts";
import { InputGate, type Section } from "./gates.ts";
import { afterTurn, atTurnEnd, soon } from "./turn.ts";

/** What the pump tells its activation. */
export interface PumpHost {
  readonly clock: Clock;
  readonly limits: Pick<ObjectLimits, "criticalSectionDepth" | "criticalSectionMs">;
  /** The microtasks of a start have run out. */
  onTurnEnd(): void;
  /** Everything that could start has started. */
  onRest(): void;
  /** Runs the callback of a critical section in an invocation of its own. */
  enterSection<T>(section: Section<Work>, callback: () => Promise<T>): Promise<T>;
  /** A critical section failed, or took too long: the object must be reset. */
  onSectionFailed(reason: unknown): void;
  /** A critical section was asked for (+1), or is over (-1). */
  countSection(change: 1 | -1): void;
  /** A continuation threw. */
  onUncaught(error: unknown): void;
}

/**
 * Starts what waits behind the input gate, one thing at a time: the microtasks of one start run out
 * before the next. Nothing starts before `open` and after `close`.
 */
export class EventPump {
  readonly #host: PumpHost;
  readonly #gate: InputGate<Work>;
  /** Of critical sections that run. */
  #timers: Set<Timer> | undefined;
  #isOpen = false;
  /** `queued`: a start is on its way; `turn`: the microtasks of a start are running out. */
  #state: "idle" | "queued" | "turn" = "idle";
  /** A critical section has just ended: what awaited it runs before everything else. */
  #isSettling = false;

  constructor(host: PumpHost) {
    this.#host = host;
    this.#gate = new InputGate(host.limits.criticalSectionDepth);
  }

  /** The ordinary course of the object. */
  get root(): Section<Work> {
    return this.#gate.root;
  }

  /** Whether something waits that could start. */
  get isReady(): boolean {
    return this.#gate.ready;
  }

  /** How many events wait in the ordinary course of the object. */
  get events(): number {
    return this.#gate.events;
  }

  /** Whether the microtasks of a start are running out: its end will be told. */
  get isInTurn(): boolean {
    return this.#state === "turn";
  }

  /** From now on things start. To be called at the end of a turn begun by `beginTurn`. */
  open(): void {
    this.#isOpen = true;
    this.#schedule();
  }

  /** Nothing starts any more. Answers all that waited. */
  close(): Work[] {
    this.#isOpen = false;
    for (const timer of this.#timers ?? []) timer.cancel();
    this.#timers = undefined;
    return this.#gate.takeAll();
  }

  push(origin: Section<Work>, work: Work): void {
    this.#gate.push(origin, work);
    this.#schedule();
  }

  /** The events that have not started, in order: they go elsewhere. */
  takeEvents(): Work[] {
    return this.#gate.takeEvents();
  }

  /** Lets a continuation in: now, or when its section's turn has come. */
  admit(section: Section<Work>, continuation: () => void): void {
    if (!this.#isSettling && this.#gate.admits(section)) {
      this.#joinTurn();
      this.#guarded(continuation);
    } else this.push(section, { start: () => this.#guarded(continuation), drop: nothing });
  }

  /**
   * Runs `callback` with everything else kept out. It starts in a turn of its own, and what awaits it
   * runs before any event that waited meanwhile. Rejects when sections are nested too deeply.
   *
   * @param isFatal whether a rejection resets the object; otherwise it goes to the caller
   */
  exclusively<T>(origin: Section<Work>, callback: () => Promise<T>, isFatal: boolean): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const requested = this.#gate.request(origin, (section) => ({
      start: () => this.#runSection(section, callback, isFatal, resolve, reject),
      drop: nothing,
    }));
    if (requested === undefined) return Promise.reject(objectErrors.nestedTooDeeply());
    this.#host.countSection(1);
    this.#schedule();
    return promise;
  }

  /** Something starts now, in a microtask: its turn begins. */
  beginTurn(): void {
    this.#state = "turn";
    atTurnEnd(this.#endTurn);
  }

  #runSection<T>(
    section: Section<Work>,
    callback: () => Promise<T>,
    isFatal: boolean,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ): void {
    const timer = this.#host.clock.setTimer(() => {
      this.#host.onSectionFailed(objectErrors.blockedTooLong());
    }, this.#host.limits.criticalSectionMs);
    this.#timers ??= new Set();
    this.#timers.add(timer);
    const leave = (continuation: () => void) => {
      timer.cancel();
      this.#timers?.delete(timer);
      if (this.#isOpen) this.#leaveSection(section, continuation);
    };
    this.#host.enterSection(section, callback).then(
      (value) => leave(() => resolve(value)),
      (error: unknown) => {
        if (isFatal) this.#host.onSectionFailed(error);
        else leave(() => reject(error));
      },
    );
  }

  #leaveSection(section: Section<Work>, continuation: () => void): void {
    this.#gate.finish(section);
    this.#isSettling = true;
    this.#joinTurn();
    continuation();
    this.#host.countSection(-1);
  }

  /** Something goes on outside of a start: nothing starts before its microtasks have run out. */
  #joinTurn(): void {
    if (this.#state === "turn") return;
    this.#state = "turn";
    afterTurn(this.#endTurn);
  }

  #schedule(): void {
    if (this.#state !== "idle" || !this.#isOpen || !this.#gate.ready) return;
    this.#state = "queued";
    soon(this.#startNext);
  }

  readonly #startNext = (): void => {
    if (this.#state !== "queued") return;
    const work = this.#isOpen ? this.#gate.next() : undefined;
    if (work === undefined) {
      this.#state = "idle";
      return;
    }
    this.beginTurn();
    work.start();
  };

  readonly #endTurn = (): void => {
    this.#isSettling = false;
    this.#state = "idle";
    this.#host.onTurnEnd();
    this.#schedule();
    if (this.#state === "idle") this.#host.onRest();
  };

  #guarded(continuation: () => void): void {
    try {
      continuation();
    } catch (error) {
      this.#host.onUncaught(error);
    }
  }
}

function nothing(): undefined {
  return undefined;
}
