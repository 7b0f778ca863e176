import {
  Clock,
  Host,
  HostLimits,
  HostOptions,
  ObjectKey,
  ObjectLimits,
  Timer,
} from "./shared.js";
/**
 * The hibernatable sockets of one object. Owned by the host, so that they outlive activations; an
 * activation only borrows the JavaScript objects.
 */
interface ObjectSockets {
  readonly key: ObjectKey;
  /** Sockets that are open or closing. */
  readonly size: number;
  accept(socket: WebSocket, tags: readonly string[]): void;
  /** Newest first without a tag; in order of acceptance with one. */
  list(tag?: string): WebSocket[];
  tags(socket: WebSocket): string[];
  setAutoResponse(pair: {
    readonly request: string;
    readonly response: string;
  } | undefined): void;
  getAutoResponse(): {
    readonly request: string;
    readonly response: string;
  } | null;
  getAutoResponseTimestamp(socket: WebSocket): Date | null;
  setEventTimeout(ms: number | undefined): void;
  getEventTimeout(): number | null;
  /** The activation ended and the sockets stay: the JavaScript objects are forgotten. */
  hibernate(): void;
  /** The object was reset: every socket ends. */
  terminateAll(): void;
}
/**
 * The database of one activation. Owned by the activation, which opens it while it starts and closes
 * it when it ends; there is never a second one for the same key.
 *
 * Writes join an implicit transaction that opens with the first write of a turn. The activation ends
 * the turn with {@link commit}.
 */
interface ObjectStore {
  /** What user code sees as `ctx.storage`. */
  readonly api: object;
  /** The alarm as it stands, uncommitted changes included: milliseconds since the epoch. */
  readonly alarm: number | null;
  /**
   * Ends the turn: commits what was written since the last call. Costs nothing when nothing was.
   * While the alarm was moved earlier than the alarm index knows, the commit is put off until the
   * index is durable; later turns then join the same transaction.
   *
   * @throws the storage failure, after which the activation must be broken.
   */
  commit(): void;
  /**
   * Everything written before this call is durable when the promise resolves; `undefined` when it
   * already is. Implies {@link commit}. A rejection means that the activation must be broken.
   */
  durable(): Promise<void> | undefined;
  /**
   * The alarm handler is about to run: `getAlarm()` answers null unless the handler sets a new one.
   * The alarm itself stays stored until {@link endAlarm}, so that a crash runs it again.
   */
  beginAlarm(): void;
  /** The alarm handler ended. `keep` leaves the alarm stored for another try. */
  endAlarm(outcome: "done" | "keep"): void;
  /** From now on every call on `api` throws `reason`, and what is not committed is rolled back. */
  break(reason: unknown): void;
  /** Commits nothing: the activation has done so. Closes the file when it was open. */
  close(): Promise<void>;
}
/** What a store tells and asks its activation. */
interface ObjectStoreHost {
  /** The first write since the last commit: the activation calls `commit` when the turn ends. */
  onFirstWrite(): void;
  /**
   * The store failed outside of a call (a sync, or a commit that was put off): the activation must
   * be broken with this error.
   */
  onFailure(error: Error): void;
  /**
   * Whether `setAlarm` is allowed: the class has an `alarm` handler, or the constructor still runs.
   *
   * @throws when there is another reason why it is not.
   */
  mayHaveAlarm(): boolean;
  /** Everything in this store was deleted: what belongs to it goes as well. */
  onDeleteAll?(): void;
  /** Runs `callback` as `blockConcurrencyWhile` does, for the asynchronous `transaction()`. */
  exclusively<T>(callback: () => Promise<T>): Promise<T>;
}
/** Something that ends by itself, or with the scope that holds it. */
interface Held {
  dispose(): void;
}
/**
 * The stubs that one invocation holds. Those that its code did not dispose of end with it, the
 * youngest first, so that the targets behind them are told.
 */
declare class StubScope {
  #private;
  /** What comes after the end is disposed of at once. */
  add(held: Held): void;
  delete(held: Held): void;
  close(): void;
}
/** Why an activation ended, for those who hold something on its behalf. */
type EndReason = "codeUpdated" | "evicted" | "reset";
/** What runs now: one event of an object, or one event of the Worker. */
interface InvocationContext {
  /** The code that runs: its `env` and `exports`. */
  readonly env: object;
  readonly exports: object;
  /** Names the object, or the Worker's event, in logs. */
  readonly label?: string;
  /** Keeps the object, or the Worker's event, alive until the promise settles. */
  waitUntil(promise: Promise<unknown>): void;
  /** The object's output gate. Absent, or `undefined` when nothing has to be waited for. */
  gate?(): Promise<void> | undefined;
  /**
   * Starts a continuation that belongs to this invocation (a reply, a timer, an event of a standard
   * socket): at once when the object's input gate lets it in, later when a critical section is in the
   * way, and never once the activation has ended. Absent outside of objects: it starts at once.
   */
  run?(continuation: () => void): void;
  /**
   * Runs work as an event of its own that comes from this invocation: behind the input gate, counted
   * as running, its outcome held by the output gate. Rejects when the activation has ended.
   */
  call?<T>(work: () => T | Promise<T>): Promise<T>;
  /**
   * Keeps the object in memory (no hibernation, no eviction) for something open that belongs to it,
   * such as a standard socket, until the returned function is called. `end` is called when the
   * activation ends before that.
   */
  hold?(end: (reason: EndReason) => void): () => void;
  /** The object waits for an answer (1), or has got it (-1): it stays in memory for that long. */
  waits?(change: 1 | -1): void;
  /**
   * Live timers of user code. They keep the object from hibernating, and are taken back when the
   * activation ends.
   */
  readonly timers?: Set<Timer>;
  /** Time as this code sees it. Default the machine's. */
  readonly clock?: Clock;
  /** What this code may do. Default Cloudflare's limits. */
  readonly limits?: HostLimits;
  /** Something of this code can be called by others from now on. */
  lends?(): void;
  /** The stubs that this code was given: those that nobody disposed of end with it. */
  readonly stubs?: StubScope;
  /** Nothing of it runs any more, and nothing may: what it lent out cannot be called. */
  readonly isOver?: boolean;
  /** An error that no code caught: it is logged, and the object lives on. */
  uncaught?(error: unknown): void;
}
/** Runs a function with nothing in its asynchronous context but one invocation. */
type ContextRunner = <A extends unknown[], R>(callback: (...args: A) => R, ...args: A) => R;
/** First in, first out, without moving what waits. */
declare class Queue<T> {
  #private;
  get size(): number;
  push(item: T): void;
  shift(): T | undefined;
  /** Takes everything, in order. */
  drain(): T[];
}
/**
 * A critical section, or (without a parent) the ordinary course of an object. `waiting` holds what
 * came from within it and `children` the sections opened within it that have not started.
 */
interface Section<W> {
  readonly parent: Section<W> | undefined;
  /** 0 for the ordinary course. */
  readonly depth: number;
  start: W | undefined;
  done: boolean;
  readonly children: Queue<Section<W>>;
  readonly waiting: Queue<W>;
}
/**
 * What runs in one section of one activation: the ordinary course of the object, or the inside of a
 * critical section. Made once for each, not for each event.
 */
declare class ObjectInvocation implements InvocationContext {
  readonly activation: Activation;
  readonly section: Section<Work>;
  readonly enter: ContextRunner;
  constructor(activation: Activation, section: Section<Work>);
  get env(): object;
  get exports(): object;
  get clock(): Clock;
  get limits(): HostLimits;
  get label(): string;
  get timers(): Set<Timer>;
  get stubs(): StubScope;
  get isOver(): boolean;
  waitUntil(promise: unknown): void;
  gate(): Promise<void> | undefined;
  run(continuation: () => void): void;
  call<T>(work: () => T | Promise<T>): Promise<T>;
  waits(change: 1 | -1): void;
  hold(end: (reason: EndReason) => void): () => void;
  uncaught(error: unknown): void;
}
/** Something that waits for its start behind the input gate. */
interface Work {
  /** Starts it. Never throws. */
  start(): void;
  /**
   * It will never start, or what it does is lost: the activation has ended.
   *
   * @param isStorageSound whether what was committed before will still become durable
   */
  drop(error: Error, isStorageSound: boolean): void;
}
/** A handler: what it gets is where it runs, which is known when it starts. */
type Handler<T> = (origin: ObjectInvocation) => T | PromiseLike<T>;
/**
 * What goes on in one activation: what runs, what keeps it in memory, and what has to be ended with
 * it.
 */
declare class Activity {
  #private;
  /** What others have lent to the object. */
  readonly stubs: StubScope;
  /** @param onIdle nothing is counted any more, for now */
  constructor(onIdle: () => void);
  /** Live timers of user code. */
  get timers(): Set<Timer>;
  get hasTimers(): boolean;
  get isBusy(): boolean;
  /** Grows whenever everything that could start has started. */
  get rests(): number;
  rested(): void;
  /** Something that is not counted here, such as a facet, has come to its end. */
  recheck(): void;
  /** Whether something open, such as a socket, or an answer to come keeps the object in memory. */
  get isHeld(): boolean;
  /** An answer is waited for, or has come. */
  waits(change: 1 | -1): void;
  count(change: 1 | -1): void;
  /** Counts something until the returned function is called, once. */
  keepBusy(): () => void;
  begin(work: Work): void;
  /** False once the work has been dropped. */
  isRunning(work: Work): boolean;
  settled(work: Work): void;
  hold(end: (reason: EndReason) => void): () => void;
  /** Ends what goes on by itself. */
  release(reason: EndReason): void;
  /** Answers what runs; none of it is running any more. */
  dropRunning(): Work[];
}
/** Time, and how long anything may wait for its writes to become durable. */
interface OutputGateHost {
  readonly clock: Clock;
  readonly limits: Pick<ObjectLimits, "outputGateMs">;
}
/**
 * The output gate of one activation: closed from the first write of a turn until that turn's commit
 * is durable. What leaves through it leaves in order.
 */
declare class OutputGate {
  #private;
  constructor(store: ObjectStore, host: OutputGateHost, fail: (error: Error) => void);
  get isDirty(): boolean;
  written(): void;
  /** Ends the turn: commits what was written in it. */
  commit(): void;
  /** What has to be waited for before something may leave; `undefined` when nothing has to. */
  wait(): Promise<void> | undefined;
  /**
   * When all that is written until the end of this turn is durable. Of what else the output waits for
   * ({@link include}) it says nothing.
   */
  stored(): Promise<void>;
  /**
   * What leaves waits for this as well: something that the object did outside of its own store. A
   * rejection breaks the activation.
   */
  include(work: Promise<void>): void;
  /** The activation has ended: nothing is watched any more. */
  close(): void;
}
/** What an activation that leaves early still waits for: timers and open sockets, or nothing. */
type Leaving = "idle" | "cut";
/** What lives inside an activation: its facets. */
interface Children {
  readonly isBusy: boolean;
  /** The activation has ended. Resolves when nothing of them is in flight. */
  end(reason: EndReason, reset: Error | undefined): Promise<void>;
}
/** What the directory gives to, and hears from, one activation. */
interface ActivationHost {
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
/**
 * The life of one object in memory: starts its events one after the other, keeps others out while a
 * critical section runs, and lets nothing leave before what was written is durable.
 *
 * Owned by the directory, which makes sure that there is one at a time for each id.
 */
declare class Activation {
  #private;
  readonly host: ActivationHost;
  readonly activity: Activity;
  /** Resolves once the store is closed. Never rejects. */
  readonly ended: Promise<void>;
  /** The ordinary course of the object. */
  readonly root: Section<Work>;
  /** Whether an alarm that its reset interrupted is given up. Set by the reset, read afterwards. */
  dropsAlarm: boolean;
  /** New code, or the end of the host, waits for it. */
  isDraining: boolean;
  /** Whether it is to end as soon as nothing of it runs. Whoever sets it has it looked at. */
  leaving: Leaving | undefined;
  constructor(host: ActivationHost);
  /** Why it broke. Calls that arrive afterwards fail the same way. */
  get reason(): Error | undefined;
  get isBusy(): boolean;
  /** Nothing of it runs any more. */
  get isOver(): boolean;
  /** The user's object. Only while an event runs. */
  get instance(): object;
  get store(): ObjectStore | undefined;
  /** Begins: after its predecessor has ended, and with its store open. */
  start(predecessor: Promise<void> | undefined): void;
  /** Puts an event at the end of the queue. The promise settles when its outcome may leave. */
  deliver<T>(handler: Handler<T>): Promise<T>;
  /**
   * As `deliver`, for what callers ask for: past a limit of what waits they are turned away.
   *
   * @param bytes how much the caller sends along
   * @throws Error `overloaded`, as a rejection
   */
  receive<T>(handler: Handler<T>, bytes?: number): Promise<T>;
  /** Queues an event that comes from code of this object, such as a call on a stub that it lent. */
  deliverTo<T>(origin: ObjectInvocation, handler: Handler<T>): Promise<T>;
  /** Hands the events that have not started to the next activation, in order. */
  moveEventsTo(wakeNext: () => Activation): void;
  /** Lets a continuation in: now, or when its section's turn has come. Never after the end. */
  admit(section: Section<Work>, continuation: () => void): void;
  /** `blockConcurrencyWhile`, and (not fatal) the asynchronous transaction. */
  exclusively<T>(callback: () => Promise<T>, isFatal: boolean): Promise<T>;
  /** The output gate: `undefined` when nothing has to be waited for. Nothing leaves after a reset. */
  gate(): Promise<void> | undefined;
  /** What leaves goes through it. Absent before the object has started. */
  get output(): OutputGate | undefined;
  /** Keeps the object busy until the promise settles, within a limit. */
  waitUntil(promise: unknown): void;
  uncaught(error: unknown, where?: string): void;
  /** Lets running events finish, then ends; what still runs after `ms` is broken off. */
  drain(ms: number): Promise<void>;
  /** Ends an activation in which nothing runs. */
  end(reason: EndReason): void;
  /**
   * Resets the object: all that runs or waits fails, and nothing more is written.
   *
   * @param isStorageSound whether what was committed before will still become durable
   */
  break(cause: unknown, reason?: EndReason, isStorageSound?: boolean): void;
  /** `ctx.abort()`: resets the object and stops the code that called. */
  abort(reason: unknown, retryAlarm: boolean): never;
}
/**
 * The id of an object, as user code holds it.
 *
 * @example
 * ```ts
 * const id = env.ROOM.idFromName("lobby");
 * id.equals(env.ROOM.idFromString(id.toString())); // true
 * ```
 */
declare class DurableObjectId {
  #private;
  /** Always `undefined`: jurisdictions are accepted and have no effect on one machine. */
  readonly jurisdiction: string | undefined;
  /** Set for ids made from a name. */
  readonly name: string | undefined;
  constructor(hex: string, name?: string);
  toString(): string;
  /**
   * Compares the bytes; names do not matter.
   *
   * @throws TypeError when `other` is no id
   */
  equals(other: DurableObjectId): boolean;
  static is(value: unknown): value is DurableObjectId;
}
/** What the state of one activation is made of. */
interface StateParts {
  readonly activation: Activation;
  /** For a facet it may be any text. */
  readonly id: DurableObjectId | string;
  readonly storage: object;
  readonly facets: object;
  readonly exports: object;
  readonly props: object;
  /** The object's hibernatable sockets; made when first asked for. */
  sockets(): ObjectSockets;
}
/** Options of `ctx.abort`. */
interface AbortOptions {
  /** Whether an alarm that this interrupts runs again. Default true. */
  readonly retryAlarm?: boolean;
}
/**
 * `ctx` of a Durable Object.
 *
 * @example
 * ```ts
 * class Room extends DurableObject {
 *   constructor(ctx: DurableObjectState, env: Env) {
 *     super(ctx, env);
 *     ctx.blockConcurrencyWhile(async () => { this.topic = await ctx.storage.get("topic"); });
 *   }
 * }
 * ```
 */
declare class DurableObjectState {
  #private;
  readonly facets: object;
  readonly container: undefined;
  readonly storage: object;
  readonly id: DurableObjectId | string;
  readonly props: object;
  readonly exports: object;
  constructor(parts: StateParts);
  /** Keeps the object in memory until the promise settles. A rejection is logged. */
  waitUntil(...promise: readonly unknown[]): void;
  /**
   * Runs `callback` with every other event kept out. When it rejects, or takes longer than 30
   * seconds, the object is reset.
   */
  blockConcurrencyWhile<T>(callback: () => T | Promise<T>): Promise<T>;
  acceptWebSocket(socket: WebSocket, tags?: readonly string[]): void;
  getWebSockets(tag?: string): WebSocket[];
  setWebSocketAutoResponse(pair?: {
    readonly request: string;
    readonly response: string;
  }): void;
  getWebSocketAutoResponse(): {
    readonly request: string;
    readonly response: string;
  } | null;
  getWebSocketAutoResponseTimestamp(socket: WebSocket): Date | null;
  setHibernatableWebSocketEventTimeout(ms?: number): void;
  getHibernatableWebSocketEventTimeout(): number | null;
  getTags(socket: WebSocket): string[];
  /**
   * Resets the object at once: nothing that was not committed is written, callers get `reason`, and
   * sockets are disconnected. The call throws; nothing of this activation has an effect afterwards.
   */
  abort(reason?: unknown, options?: AbortOptions): never;
  get [Symbol.toStringTag](): string;
  static is(value: unknown): value is DurableObjectState;
  static activationOf(state: DurableObjectState): Activation;
}
/** Events of a Worker besides `fetch`. */
type WorkerEventName = "scheduled" | "email" | "queue";
/** The exports of a built-in module, for one version of the code or for code that belongs to none. */
type BuiltInModule = (version: number | undefined) => Readonly<Record<string, unknown>>;
/** Says what a `cloudflare:*` module holds. */
declare function provideModule(specifier: string, module: BuiltInModule): void;
interface TestClockOptions {
  /** Whether time passes by itself, as the machine's does, until a test takes the clock. Default false. */
  readonly runs?: boolean;
}
/**
 * A clock that a test owns. It stands still, or runs with the machine's until {@link advance},
 * {@link set} or {@link pause} take it.
 *
 * Timers run in order of their due times, each with the clock at that time, and what they start comes
 * to rest before the next: the turns of objects run out, and requests to elsewhere are answered.
 */
declare class TestClock implements Clock {
  #private;
  constructor(now?: number, { runs }?: TestClockOptions);
  get isPaused(): boolean;
  now(): number;
  setTimer(callback: () => void, delayMs: number): Timer;
  /** Time stands still from now on. */
  pause(): void;
  /** Time passes by itself again, from where it stands. */
  resume(): void;
  /** Takes the clock and moves time on. */
  advance(ms: number): Promise<void>;
  /**
   * Takes the clock and moves it to a time.
   *
   * @throws FreeholdError `CLOCK_BACKWARDS`
   */
  set(time: number): Promise<void>;
  /**
   * Takes the clock and moves time on, from one timer to the next, until a condition holds. Tells
   * whether it came to hold within `ms`.
   */
  until(condition: () => unknown, ms: number): Promise<boolean>;
  /** Lets everything come to rest that needs no time. */
  settle(): Promise<void>;
}
/**
 * How an eviction ended.
 * - `evicted`: the object left memory; its storage is as it was.
 * - `asleep`: it was not in memory.
 * - `busy`: something of it still ran when the patience was over; nothing has changed.
 */
type Eviction = "evicted" | "asleep" | "busy";
interface EvictionOptions {
  /** Whether the object's hibernatable sockets are disconnected. Default false. */
  readonly disconnect?: boolean;
  /** How long to wait for what runs, in milliseconds of the machine's time. */
  readonly patienceMs: number;
}
/** One object, as a test may handle it. */
interface TestObject {
  readonly className: string;
  /** Unique name of its namespace on this host. */
  readonly namespace: string;
  /**
   * Runs a callback inside the object, as an event of its own, with the instance itself and its `ctx`.
   * Results and errors come back as they are, not copied.
   */
  run<R>(callback: (instance: object, state: DurableObjectState) => R | PromiseLike<R>): Promise<R>;
  evict(options: EvictionOptions): Promise<Eviction>;
}
interface TestHostOptions extends Omit<HostOptions, "clock"> {
  readonly clock: TestClock;
  /** Hears of errors that belong to no object and no event of the Worker, such as those of tests. */
  readonly onStrayError?: (error: unknown) => void;
}
/** A host whose inside a test may handle. */
interface TestHost extends Pick<Host, "fetch" | "email" | "listen" | "close"> {
  readonly clock: TestClock;
  readonly env: Readonly<Record<string, unknown>>;
  /** `exports` of `cloudflare:workers`: what is put in it, the Worker sees as well. */
  readonly exports: Record<string, unknown>;
  /** The object behind a stub; `undefined` when it is no stub of this host. */
  objectOf(stub: unknown): TestObject | undefined;
  /** The ids of a namespace's objects that have storage; `undefined` when it is no namespace. */
  listIds(namespace: unknown): readonly DurableObjectId[] | undefined;
  /** Evicts all objects that are in memory, except those of some classes. */
  evictAll(options: EvictAllOptions): Promise<readonly Eviction[]>;
  /** Resets all objects, and disconnects their sockets. What they have stored stays. */
  abortAll(reason: Error): Promise<void>;
  /** Resets all objects and deletes what they have stored. */
  reset(reason: Error): Promise<void>;
  /** Loads the Worker anew, as {@link Host.reload} does. Objects that run are reset. */
  reload(): Promise<void>;
  /** Runs an event of the Worker's default export. */
  dispatch(event: WorkerEventName, argument: object): Promise<void>;
}
interface EvictAllOptions {
  readonly disconnect?: boolean;
  readonly patienceMs: number;
  readonly except: ReadonlySet<string>;
}
/**
 * Starts a host for tests: its clock belongs to the test, and it closes without waiting for anything.
 *
 * @throws FreeholdError as `createHost` does
 * @example
 * ```ts
 * const clock = new TestClock();
 * const host = await createTestHost({ worker, config, dataDirectory, clock, durability: "memory" });
 * await clock.advance(60_000);
 * await host.close();
 * ```
 */
declare function createTestHost(options: TestHostOptions): Promise<TestHost>;
export {
  createTestHost,
  type Eviction,
  type EvictionOptions,
  provideModule,
  TestClock,
  type TestClockOptions,
  type TestHost,
  type TestHostOptions,
  type TestObject,
};