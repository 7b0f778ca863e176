import type { Clock } from "../clock.ts";
import type { EndReason } from "../context.ts";
import { objectErrors, rpcErrors } from "../contract-errors.ts";
import type { HostLimits } from "../limits.ts";
import type { ObjectStore, ObjectStoreHost } from "../storage/object-store.ts";
import { Activity } from "./activity.ts";
import { Delivery, type Handler, type Work } from "./delivery.ts";
import { EventPump } from "./event-pump.ts";
import type { Section } from "./gates.ts";
import { currentSection, ObjectInvocation } from "./object-invocation.ts";
import { OutputGate } from "./output-gate.ts";
import { AbortedSignal, resetError, resetReason } from "./reset.ts";
import { afterTurn } from "./turn.ts";

/**
 * The life of an activation.
 * - `cold`: made, and nothing has begun.
 * - `starting`: waits for its predecessor to end, for its store to open, or for its constructor.
 * - `live`: events start.
 * - `draining`: as live, but new events go to the next activation.
 * - `ended`: evicted, drained or broken; nothing of it runs any more.
 */
export type Phase = "cold" | "starting" | "live" | "draining" | "ended";

/** What an activation that leaves early still waits for: timers and open sockets, or nothing. */
export type Leaving = "idle" | "cut";

/** What lives inside an activation: its facets. */
export interface Children {
  readonly isBusy: boolean;
  /** The activation has ended. Resolves when nothing of them is in flight. */
  end(reason: EndReason, reset: Error | undefined): Promise<void>;
}

/** What the directory gives to, and hears from, one activation. */
export interface ActivationHost {
  readonly clock: Clock;
  readonly limits: HostLimits;
  readonly label: string;
  readonly env: object;
  readonly exports: object;
  /** Its facets; `undefined` as long as it has none. */
  children(): Children | undefined;
  /** Its storage was deleted. Answers when that of its facets is, durably. */
  deleteChildren(activation: Activation): Promise<void> | undefined;
  openStore(host: ObjectStoreHost): ObjectStore | Promise<ObjectStore>;
  /** Makes the instance: called once, in the invocation of the object. */
  construct(activation: Activation, store: ObjectStore): object;
  hasAlarmHandler(instance: object): boolean;
  /** Nothing runs any more, for now. */
  onIdle(activation: Activation): void;
  /** It takes no more events. With a `reset` error, the object was reset. */
  onEnd(activation: Activation, why: EndReason, reset: Error | undefined): void;
  /** An error that nobody will see unless it is logged. */
  report(error: unknown, where: string): void;
}

/** Calls that carry less are bounded by their number alone. */
const COUNTED_BYTES = 1024;

/**
 * The life of one object in memory: starts its events one after the other, keeps others out while a
 * critical section runs, and lets nothing leave before what was written is durable.
 *
 * Owned by the directory, which makes sure that there is one at a time for each id.
 */
export class Activation {
  readonly host: ActivationHost;
  readonly activity = new Activity(() => this.#checkIdle());
  /** Resolves once the store is closed. Never rejects. */
  readonly ended: Promise<void>;
  /** The ordinary course of the object. */
  readonly root: Section<Work>;
  /** Whether an alarm that its reset interrupted is given up. Set by the reset, read afterwards. */
  dropsAlarm = false;
  /** New code, or the end of the host, waits for it. */
  isDraining = false;
  /** Whether it is to end as soon as nothing of it runs. Whoever sets it has it looked at. */
  leaving: Leaving | undefined;

  readonly #pump: EventPump;
  readonly #invocation: ObjectInvocation;
  readonly #resolveEnded: () => void;
  #phase: Phase = "cold";
  #reason: Error | undefined;
  #instance: object | undefined;
  #store: ObjectStore | undefined;
  #output: OutputGate | undefined;
  #isOpening = false;
  /** What calls that have not started carry with them. */
  #waitingBytes = 0;
  /** Nothing was running any more while something still waited for its start. */
  #isIdleUnsaid = false;
  #onDrained: (() => void) | undefined;
  #childrenEnded: Promise<void> | undefined;

  constructor(host: ActivationHost) {
    this.host = host;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#pump = new EventPump({
      clock: host.clock,
      limits: host.limits,
      onRest: () => this.activity.rested(),
      onTurnEnd: () => {
        this.#output?.commit();
        if (this.#isIdleUnsaid) this.#checkIdle();
      },
      enterSection: (section, callback) =>
        new ObjectInvocation(this, section).enter(async () => await callback()),
      onSectionFailed: (reason) => this.break(reason),
      countSection: (change) => this.activity.count(change),
      onUncaught: (error) => this.uncaught(error),
    });
    this.root = this.#pump.root;
    this.#invocation = new ObjectInvocation(this, this.root);
  }

  /** Why it broke. Calls that arrive afterwards fail the same way. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  get isBusy(): boolean {
    const isOwn = this.activity.isBusy || this.#phase === "starting" || this.#pump.isReady;
    return isOwn || this.host.children()?.isBusy === true;
  }

  /** Nothing of it runs any more. */
  get isOver(): boolean {
    return this.#phase === "ended";
  }

  /** The user's object. Only while an event runs. */
  get instance(): object {
    if (this.#instance === undefined) throw new AbortedSignal();
    return this.#instance;
  }

  get store(): ObjectStore | undefined {
    return this.#store;
  }

  /** Begins: after its predecessor has ended, and with its store open. */
  start(predecessor: Promise<void> | undefined): void {
    this.#phase = "starting";
    this.#isOpening = true;
    void this.#open(predecessor).then(
      (store) => this.#construct(store),
      (error: unknown) => {
        this.#isOpening = false;
        this.break(error);
      },
    );
  }

  /** Puts an event at the end of the queue. The promise settles when its outcome may leave. */
  deliver<T>(handler: Handler<T>): Promise<T> {
    return this.deliverTo(this.#invocation, handler);
  }

  /**
   * As `deliver`, for what callers ask for: past a limit of what waits they are turned away.
   *
   * @param bytes how much the caller sends along
   * @throws Error `overloaded`, as a rejection
   */
  receive<T>(handler: Handler<T>, bytes = 0): Promise<T> {
    const { queuedCalls, queuedBytes } = this.host.limits;
    if (this.#pump.events >= queuedCalls)
      return Promise.reject(objectErrors.overloaded("requests"));
    if (bytes < COUNTED_BYTES) return this.deliver(handler);
    // A call that is alone is let in whatever its size.
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > queuedBytes) {
      return Promise.reject(objectErrors.overloaded("data"));
    }
    this.#waitingBytes += bytes;
    return this.deliver((origin) => {
      this.#waitingBytes -= bytes;
      return handler(origin);
    });
  }

  /** Queues an event that comes from code of this object, such as a call on a stub that it lent. */
  deliverTo<T>(origin: ObjectInvocation, handler: Handler<T>): Promise<T> {
    if (this.#phase === "ended") {
      const reason = this.#reason;
      return Promise.reject(reason ? resetError(reason) : rpcErrors.connectionLost());
    }
    return new Promise((resolve, reject) => {
      this.#pump.push(origin.section, new Delivery(origin, handler, resolve, reject));
    });
  }

  /** Hands the events that have not started to the next activation, in order. */
  moveEventsTo(wakeNext: () => Activation): void {
    if (this.#pump.events === 0) return;
    const next = wakeNext();
    for (const work of this.#pump.takeEvents()) {
      if (work instanceof Delivery && work.origin === this.#invocation) {
        work.moveTo(next.#invocation);
        next.#pump.push(next.root, work);
      } else this.#pump.push(this.root, work);
    }
  }

  /** Lets a continuation in: now, or when its section's turn has come. Never after the end. */
  admit(section: Section<Work>, continuation: () => void): void {
    if (this.#phase !== "ended") this.#pump.admit(section, continuation);
  }

  /** `blockConcurrencyWhile`, and (not fatal) the asynchronous transaction. */
  exclusively<T>(callback: () => Promise<T>, isFatal: boolean): Promise<T> {
    return this.#pump.exclusively(currentSection(this), callback, isFatal);
  }

  /** The output gate: `undefined` when nothing has to be waited for. Nothing leaves after a reset. */
  gate(): Promise<void> | undefined {
    if (this.#reason === undefined) return this.#output?.wait();
    const refused = Promise.reject(resetError(this.#reason));
    refused.catch(nothing);
    return refused;
  }

  /** What leaves goes through it. Absent before the object has started. */
  get output(): OutputGate | undefined {
    return this.#output;
  }

  /** Keeps the object busy until the promise settles, within a limit. */
  waitUntil(promise: unknown): void {
    const { clock, limits } = this.host;
    const notBusy = this.activity.keepBusy();
    let isOver = false;
    const done = () => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      notBusy();
    };
    const timer = clock.setTimer(done, limits.waitUntilMs);
    Promise.resolve(promise).then(done, (error: unknown) => {
      this.uncaught(error, "waitUntil");
      done();
    });
  }

  uncaught(error: unknown, where = "uncaught"): void {
    if (!(error instanceof AbortedSignal)) this.host.report(error, where);
  }

  /** Lets running events finish, then ends; what still runs after `ms` is broken off. */
  drain(ms: number): Promise<void> {
    if (this.#phase === "ended") return this.ended;
    this.isDraining = true;
    if (this.#phase === "live") this.#phase = "draining";
    const timer = this.host.clock.setTimer(
      () => this.break(objectErrors.codeUpdated(), "codeUpdated"),
      ms,
    );
    this.#onDrained = () => {
      timer.cancel();
      this.end("codeUpdated");
    };
    this.#checkIdle();
    return this.ended;
  }

  /** Ends an activation in which nothing runs. */
  end(reason: EndReason): void {
    this.#output?.commit();
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    const durable = this.gate();
    this.#pump.close();
    this.#output?.close();
    this.activity.release(reason);
    this.#childrenEnded = this.host.children()?.end(reason, undefined);
    this.host.onEnd(this, reason, undefined);
    if (durable === undefined) this.#close();
    else durable.then(() => this.#close(), nothing);
  }

  /**
   * Resets the object: all that runs or waits fails, and nothing more is written.
   *
   * @param isStorageSound whether what was committed before will still become durable
   */
  break(cause: unknown, reason: EndReason = "reset", isStorageSound = true): void {
    if (this.#reason !== undefined) return;
    this.#reason = resetReason(cause);
    this.#store?.break(this.#reason);
    if (this.#phase === "ended") {
      // What is left of it fails. Others may have taken its place: they are not told.
      this.#close();
      return;
    }
    this.#phase = "ended";
    const dropped = [...this.activity.dropRunning(), ...this.#pump.close()];
    this.#output?.close();
    this.activity.release(reason);
    this.#childrenEnded = this.host.children()?.end(reason, this.#reason);
    this.host.onEnd(this, reason, this.#reason);
    for (const work of dropped) work.drop(resetError(this.#reason), isStorageSound);
    this.#close();
  }

  /** `ctx.abort()`: resets the object and stops the code that called. */
  abort(reason: unknown, retryAlarm: boolean): never {
    this.dropsAlarm = !retryAlarm;
    this.break(reason === undefined ? objectErrors.aborted() : new Error(String(reason)));
    throw new AbortedSignal();
  }

  async #open(predecessor: Promise<void> | undefined): Promise<ObjectStore> {
    await predecessor;
    return await this.host.openStore({
      onFirstWrite: () => {
        this.#output?.written();
        if (!this.#pump.isInTurn) afterTurn(() => this.#output?.commit());
      },
      onFailure: (error) => this.break(error, "reset", false),
      mayHaveAlarm: () => this.#instance === undefined || this.host.hasAlarmHandler(this.#instance),
      exclusively: (callback) => this.exclusively(callback, false),
      onDeleteAll: () => {
        const erased = this.host.deleteChildren(this);
        if (erased !== undefined) this.#output?.include(erased);
      },
    });
  }

  /** Runs in a microtask: the constructor is a start of its own. */
  #construct(store: ObjectStore): void {
    this.#isOpening = false;
    this.#store = store;
    if (this.#phase === "ended") {
      this.#close();
      return;
    }
    this.#output = new OutputGate(store, this.host, (error) => this.break(error, "reset", false));
    this.#pump.beginTurn();
    try {
      this.#instance = this.#invocation.enter(() => this.host.construct(this, store));
      if (this.#phase === "starting") {
        this.#phase = this.#onDrained === undefined ? "live" : "draining";
        this.#pump.open();
      }
    } catch (error) {
      if (!(error instanceof AbortedSignal)) this.break(error);
    }
  }

  #checkIdle(): void {
    if (this.#phase === "ended") return;
    this.#isIdleUnsaid = this.isBusy;
    if (this.#isIdleUnsaid) return;
    if (this.#onDrained === undefined) this.host.onIdle(this);
    else this.#onDrained();
  }

  #close(): void {
    if (this.#isOpening) return;
    const store = this.#store;
    this.#store = undefined;
    this.#instance = undefined;
    const closed = Promise.all([store?.close(), this.#childrenEnded]);
    closed.then(
      () => this.#resolveEnded(),
      (error: unknown) => {
        this.host.report(error, "close");
        this.#resolveEnded();
      },
    );
  }
}

function nothing(): undefined {
  return undefined;
}
