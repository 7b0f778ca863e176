import {
  Binding,
  Clock,
  ListedObject,
  ListObjectsOptions,
  Logger,
  PackageNamespace,
  PackageObjectContext,
  Random,
  Remote,
  WorkflowConfig,
} from "@freehold/host";
/** How events are numbered on disk. Part of the format of the files: never change one. */
declare const EVENT_NUMBERS: {
  readonly workflow_queued: 0;
  readonly workflow_started: 1;
  readonly workflow_completed: 2;
  readonly workflow_errored: 3;
  readonly workflow_terminated: 4;
  readonly step_started: 5;
  readonly step_completed: 6;
  readonly step_errored: 7;
  readonly sleep_started: 8;
  readonly sleep_completed: 9;
  readonly attempt_started: 10;
  readonly attempt_completed: 11;
  readonly attempt_errored: 12;
  readonly wait_started: 14;
  readonly wait_completed: 15;
  readonly wait_timed_out: 16;
  readonly rollback_started: 17;
  readonly rollback_step_started: 18;
  readonly rollback_attempt_started: 19;
  readonly rollback_attempt_completed: 20;
  readonly rollback_attempt_errored: 21;
  readonly rollback_step_completed: 22;
  readonly rollback_step_errored: 23;
  readonly rollback_completed: 24;
  readonly rollback_errored: 25;
  readonly workflow_running: 30;
  readonly workflow_paused: 31;
  readonly workflow_waiting_for_pause: 32;
  readonly workflow_waiting: 33;
};
/** The kind of an event, as the published types name it. */
type EventType = keyof typeof EVENT_NUMBERS;
/**
 * Texts and names that the published platform fixes. Errors made here are plain errors, as code that
 * runs there sees them: what crosses from the engine to a program has `remote`.
 */
/** The status of an instance. */
declare const STATUSES: readonly ["queued", "running", "paused", "errored", "terminated", "complete", "waiting", "waitingForPause", "rollingBack", "unknown"];
type Status = (typeof STATUSES)[number];
/** An error as it is kept and shown: no stack, no class. */
interface ErrorDetails {
  readonly name: string;
  readonly message: string;
}
/** What kinds of steps there are. */
type StepKind = "do" | "sleep" | "waitForEvent";
/** Retries and time-out of a step as they are kept: a delay function is not. */
interface StoredConfig {
  readonly retries: {
    readonly limit: number;
    /** Absent when a function says it. */
    readonly delay?: number | string;
    readonly backoff: "constant" | "linear" | "exponential";
  };
  readonly timeout: number | string;
  readonly sensitive?: "output";
}
/** What is kept of an event besides the program's own value. Times are in milliseconds. */
interface Note {
  readonly attempt?: number;
  readonly config?: StoredConfig;
  readonly hasRollback?: boolean;
  readonly retryDelayMs?: number;
  readonly error?: ErrorDetails;
  readonly durationMs?: number;
  /** The deadline of a sleep, or of a wait. */
  readonly until?: number;
  readonly eventType?: string;
  /** When an event from outside arrived. */
  readonly sentAt?: number;
  /** The result is a stream: so many chunks and bytes, under this attempt's number. */
  readonly stream?: {
    readonly chunks: number;
    readonly bytes: number;
  };
  /** Where a queued instance stands in its queue. */
  readonly order?: number;
  /** How long the instance was paused: deadlines move by it. */
  readonly shiftMs?: number;
  /** What the run returned. */
  readonly output?: unknown;
  /** A rollback was asked for, not caused by an error. */
  readonly terminates?: boolean;
}
/** One thing that happened. The program's value, if there is one, stays on disk. */
interface JournalEvent {
  readonly id: number;
  readonly at: number;
  readonly type: EventType;
  /** `name-count` of the step. */
  readonly step?: string | undefined;
  readonly note?: Note | undefined;
}
/** Which cron pattern made an instance, and when it was due. */
interface Schedule {
  readonly cron: string;
  readonly scheduledTime: number;
}
/** What an instance is made with. */
interface InstanceOptions {
  readonly id: string;
  /** Encoded. */
  readonly params: Uint8Array | undefined;
  /** How long it is kept after its end, in milliseconds. */
  readonly retention: {
    readonly successMs: number;
    readonly errorMs: number;
  };
  readonly schedule?: Schedule;
}
interface Details extends Pick<InstanceOptions, "retention"> {
  readonly schedule?: Schedule;
}
/** Where an instance stands. Times are in milliseconds since the epoch. */
interface InstanceRow extends Details {
  readonly id: string;
  readonly status: Status;
  readonly created: number;
  readonly finished: number | undefined;
  /** Since when it is paused. */
  readonly paused: number | undefined;
}
/** What `status()` answers. */
interface InstanceState {
  readonly status: Status;
  readonly error?: ErrorDetails;
  readonly output: unknown;
}
/** A part of an instance's journal, and where the instance stands. */
interface EventPage {
  readonly status: Status;
  readonly events: readonly JournalEvent[];
}
/** An instance, and what it was made with. */
interface InstanceInfo {
  readonly row: InstanceRow;
  readonly params: unknown;
}
/** What the instances of a workflow may do. The defaults are the documented ones of the service. */
interface WorkflowLimits {
  /** How many run at a time, where the workflow's own `concurrency` does not say. Default 50,000. */
  readonly running: number;
  /** How many wait for that. Default 2,000,000; then `create` fails. */
  readonly queued: number;
  /** How much one may store in all, in bytes. Default 1 GB; then its step or its event fails. */
  readonly stateBytes: number;
}
/** What admission has of its workflow. */
interface AdmissionPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Lets a queued instance run, which has its place already. False when it is not queued any more. */
  admit(id: string): Promise<boolean>;
  /** Instances no longer wait: they need not be kept. */
  forget(ids: readonly string[]): Promise<void>;
}
/** An instance that waits for room. Lower orders are first. */
interface Waiting {
  readonly id: string;
  readonly order: number;
}
/**
 * Who of a workflow's instances runs, and who waits for that: first come, first served. It is the
 * truth while the process lives. Each instance holds its place by its id, so one whose object was
 * reset, and that is taken up again, has it still.
 */
declare class Admission {
  #private;
  constructor(limits: Pick<WorkflowLimits, "running" | "queued">, ports: () => AdmissionPorts);
  /** No more instances may wait. */
  get isFull(): boolean;
  /**
   * Whether an instance may run now: it has its place then. Else it waits.
   *
   * @param isFirst it ran before the process died, and goes before those that have not begun
   */
  enter(id: string, isFirst?: boolean): boolean;
  /** An instance runs, room or not. */
  force(id: string): void;
  /** Puts an instance in the queue: at its end, or where its `order` says. Its order is answered. */
  wait(id: string, order?: number): number;
  /** What an earlier process has left waiting. */
  load(list: readonly Waiting[]): void;
  /** An instance neither runs nor waits for that. */
  leave(id: string): void;
  /** All instances were erased: nobody runs, nobody waits. */
  clear(): void;
  /** Lets in those that there is room for. */
  pump(): void;
}
/** What a test puts in the place of an instance's steps. Labels are `name-count`. */
interface Mocks {
  isSleepDisabled(label: string): boolean;
  isRetryDelayDisabled(label: string): boolean;
  /** What a step's attempt ends with instead of running its code; `undefined` runs it. */
  attempt(label: string): MockedAttempt | undefined;
  isEventTimedOut(label: string): boolean;
}
type MockedAttempt = {
  readonly kind: "result";
  readonly value: unknown;
} | {
  readonly kind: "error";
  readonly error: ErrorDetails;
} | {
  readonly kind: "timeout";
};
/**
 * Lets runs begin a few at a time. When a great many instances wake in the same minute, each turn of
 * the event loop stays short.
 */
declare class Pace {
  #private;
  /** Runs a callback in a turn to come, after those that wait already. */
  add(begin: () => void): void;
}
/** What the instances of one workflow share. */
interface InstanceParts {
  readonly workflow: WorkflowConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stepLimit: number;
  readonly admission: Admission;
  readonly stateBytes: number;
  /** Keeps an instance's place in the queue over the end of the process. */
  keep(id: string, order: number): Promise<void>;
  /** What an earlier process has left in the queue is being asked for; `undefined` when it is known. */
  queueKnown(): Promise<void> | undefined;
  /** Shared by all workflows of the host. */
  readonly pace: Pace;
  /** What a test has put in the place of an instance's steps. */
  mocks(id: string): Mocks | undefined;
  /** Something of an instance has changed. */
  onChange(id: string): void;
}
/** What came of making an instance. */
type Creation = "made" | "taken" | "full" | "tooLarge";
/** Where to restart from. */
interface RestartPoint {
  readonly name: unknown;
  readonly count: number;
  readonly kind: StepKind | undefined;
}
/**
 * One instance of a workflow: an object of its own, whose journal is the truth about it. Its program
 * runs inside of it, so it is gated as an object's code is, and ends with it. What is asked of an
 * instance that does not exist is answered with `undefined`, and stores nothing.
 */
declare class InstanceObject {
  #private;
  constructor(context: PackageObjectContext, parts: InstanceParts);
  create(options: InstanceOptions): Creation;
  /** Lets a queued instance run. False when it is not queued. */
  admit(): boolean;
  state(): InstanceState | undefined;
  pause(): true | undefined;
  resume(): true | undefined;
  /** @param rollback what the program has done is undone first */
  terminate(rollback: boolean): Promise<"done" | "finished" | undefined>;
  restart(from: RestartPoint | undefined): "done" | "unknown" | undefined;
  /** False when there is no room for it. */
  sendEvent(type: string, payload: Uint8Array | null): boolean | undefined;
  delete(): Promise<true | undefined>;
  /** The deadline of a sleep, a retry or a wait; the recovery of a run; the end of the retention. */
  alarm(): Promise<void>;
  events(after: number, limit: number): EventPage | undefined;
  info(): InstanceInfo | undefined;
  /** The program's value of an event. */
  value(id: number): unknown;
}
/**
 * Tells those who follow an instance that something was written to its journal. It carries nothing
 * itself: they read what there is, and so see only what is durable.
 */
declare class EventHub {
  #private;
  /** Something happened to an instance. */
  notify(key: string): void;
  /** Resolves with the next notice. `cancel` ends the wait. */
  next(key: string): {
    readonly notice: Promise<void>;
    cancel(): void;
  };
}
/** A step as a test names it: `index` is which of that name, from 1. Default 1. */
interface StepName {
  readonly name: string;
  readonly index?: number;
}
/** An event as a test makes it up. */
interface MockedEvent {
  readonly type: string;
  readonly payload: unknown;
}
/** What a test changes of an instance. */
interface Modifier {
  /** Sleeps are over at once: those of the list, or all. */
  disableSleeps(steps?: readonly StepName[]): Promise<void>;
  /** Attempts follow each other at once: those of the list's steps, or all. */
  disableRetryDelays(steps?: readonly StepName[]): Promise<void>;
  /** The step returns a value, and its code does not run. */
  mockStepResult(step: StepName, result: unknown): Promise<void>;
  /** The step's attempts fail: so many, or all. */
  mockStepError(step: StepName, error: Error, times?: number): Promise<void>;
  /** The step's attempts take too long: so many, or all. */
  forceStepTimeout(step: StepName, times?: number): Promise<void>;
  /** An event is there before the program waits for it. */
  mockEvent(event: MockedEvent): Promise<void>;
  /** The wait is too long at once. */
  forceEventTimeout(step: StepName): Promise<void>;
}
/** What a test has changed of one instance. Kept in memory, for as long as the test wants it. */
declare class InstanceMocks implements Mocks, Modifier {
  #private;
  /** @param onEvent puts an event before the program */
  constructor(onEvent: (event: MockedEvent) => Promise<void>);
  isSleepDisabled(label: string): boolean;
  isRetryDelayDisabled(label: string): boolean;
  isEventTimedOut(label: string): boolean;
  attempt(label: string): MockedAttempt | undefined;
  disableSleeps(steps?: readonly StepName[]): Promise<void>;
  disableRetryDelays(steps?: readonly StepName[]): Promise<void>;
  mockStepResult(step: StepName, result: unknown): Promise<void>;
  mockStepError(step: StepName, error: Error, times?: number): Promise<void>;
  forceStepTimeout(step: StepName, times?: number): Promise<void>;
  mockEvent(event: MockedEvent): Promise<void>;
  forceEventTimeout(step: StepName): Promise<void>;
}
/** How an introspector reaches its instance. */
interface IntrospectedInstance {
  readonly mocks: InstanceMocks;
  readonly remote: RemoteInstance;
  /** The next thing that happens to the instance. */
  next(): {
    readonly notice: Promise<void>;
    cancel(): void;
  };
  /** Takes the mocks away, and the instance. */
  dispose(): Promise<void>;
}
/** Looks into one instance, and changes it, for a test. */
declare class InstanceIntrospector {
  #private;
  constructor(instance: IntrospectedInstance);
  /** Changes what the instance does. To be called before the instance is made. */
  modify(change: (modifier: Modifier) => Promise<void> | void): Promise<void>;
  /** What a step returned, once it has. Throws what it failed with. */
  waitForStepResult(step: StepName): Promise<unknown>;
  /** Resolves when the instance has a status. Rejects when it has ended with another one. */
  waitForStatus(wanted: Status): Promise<void>;
  /** What the instance returned. Throws when it has not ended well. */
  getOutput(): Promise<unknown>;
  /** What the instance failed with. Throws when it has not failed. */
  getError(): Promise<ErrorDetails>;
  /** Takes back all changes, and deletes the instance, so that another test may use its id. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
type Change = (modifier: Modifier) => Promise<void> | void;
/** What tests look into and change of one workflow's instances. */
declare class Introspection {
  #private;
  /** @param onErased hears of {@link erased} */
  constructor(reach: () => Reach, onErased?: () => void);
  /** A test has erased all instances at once: none of them keeps others from running. */
  erased(): void;
  mocksOf(id: string): InstanceMocks | undefined;
  /** An instance is about to be made. One that is there already was not made under those who watch. */
  beforeCreate(id: string): Promise<void>;
  /** An instance was made. */
  afterCreate(id: string): Promise<void>;
  /** Looks into the instance of an id, whether it is there already or not. */
  instance(id: string): InstanceIntrospector;
  /** Looks into all instances that are made from now on. */
  all(): WorkflowIntrospector;
}
/** Looks into the instances that are made while it is there. */
declare class WorkflowIntrospector {
  #private;
  constructor(onDispose: () => void);
  /** Changes every instance that is made from now on. */
  modifyAll(change: Change): Promise<void>;
  /** The instances that were made, the oldest first. */
  get(): InstanceIntrospector[];
  add(instance: InstanceIntrospector): Promise<void>;
  /** Ends it, and deletes the instances that it has seen. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
/**
 * Lets many things be done beside each other, and only so many that requests are still served: what runs
 * at the same time goes on in the same turn of the event loop, which grows with its number.
 */
declare class Throttle {
  #private;
  /** @param now in milliseconds */
  constructor(now: () => number);
  /** Does something once it is its turn. */
  run<T>(work: () => Promise<T>): Promise<T>;
}
/** How a binding reaches the instances of its workflow. */
interface Reach {
  /** The workflow's name. */
  readonly workflow: string;
  readonly namespace: PackageNamespace<InstanceObject>;
  readonly random: Random;
  readonly hub: EventHub;
  readonly introspection: Introspection;
  readonly limits: WorkflowLimits;
  /** Of what is done with many instances at once. */
  readonly throttle: Throttle;
  /** Resolves when it is known which instances an earlier process has left waiting. */
  queueKnown(): Promise<void>;
}
/** An instance, to be called. */
type RemoteInstance = Remote<InstanceObject>;
/** An event of an instance, as `subscribe()` and the tools tell of it. */
interface InstanceEvent {
  readonly instanceId: string;
  readonly eventId: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly type: EventType;
  readonly stepName?: string;
  readonly [detail: string]: unknown;
}
/** Options of `subscribe`. */
interface SubscribeOptions {
  /** Goes on after the event of this id. Default: from the first. */
  readonly cursor?: number;
  /** Only events of these types. Default all. */
  readonly filter?: readonly string[];
}
/**
 * What happens to an instance, event by event: first what has happened, then what happens. It ends
 * with the instance. It does not keep the instance in memory.
 */
declare class Subscription {
  #private;
  constructor(reach: Reach, id: string, instance: RemoteInstance, options: SubscribeOptions);
  next(): Promise<IteratorResult<InstanceEvent, undefined>>;
  [Symbol.dispose](): void;
  [Symbol.asyncIterator](): this;
}
/** Options of `restart`. */
interface RestartOptions {
  readonly from?: {
    readonly name: string;
    /** Which of the steps of that name, from 1. Default 1. */
    readonly count?: number;
    readonly type?: StepKind;
  };
}
/**
 * An instance of a workflow, as programs hold it.
 *
 * @example
 * ```ts
 * const instance = await env.ORDERS.get("order-7");
 * await instance.sendEvent({ type: "paid", payload: { cents: 1200 } });
 * console.log((await instance.status()).status);
 * ```
 */
declare class WorkflowInstance {
  #private;
  readonly id: string;
  constructor(reach: Reach, id: string, remote: RemoteInstance);
  /** Stops at the next step. An instance that does not run is left as it is. */
  pause(): Promise<void>;
  /** Goes on. Times that the instance waited for are later by as long as it was paused. */
  resume(): Promise<void>;
  /** Ends the instance; with `rollback`, what its steps have done is undone first. */
  terminate(options?: {
    readonly rollback?: boolean;
  }): Promise<void>;
  /**
   * Runs the instance again from the top, or from a step: what came before it is kept. Events that
   * were sent are forgotten, also those that no step has taken, as the published engine does.
   */
  restart(options?: RestartOptions): Promise<void>;
  /** Forgets the instance and all that it stored. */
  delete(): Promise<void>;
  status(): Promise<InstanceState>;
  /** Sends an event. It is kept until a step waits for its type; each is taken once, in order. */
  sendEvent(event: {
    readonly type: string;
    readonly payload?: unknown;
  }): Promise<void>;
  /** What has happened to the instance, and what happens. */
  subscribe(options?: SubscribeOptions): Promise<Subscription>;
}
/** One try of a step. Times are in milliseconds since the epoch. */
interface TimelineAttempt {
  readonly attempt: number;
  readonly started: number;
  readonly ended?: number;
  readonly error?: ErrorDetails;
  /** How long it was until the next one. */
  readonly retryDelayMs?: number;
}
/** One step of an instance, from its beginning to its end or to now. */
interface TimelineStep {
  readonly kind: StepKind;
  /** `name-count` */
  readonly label: string;
  readonly state: "running" | "completed" | "failed";
  readonly started: number;
  readonly ended?: number;
  readonly durationMs?: number;
  /** Of steps with code. */
  readonly attempts: readonly TimelineAttempt[];
  /** Of waits: the type of event. */
  readonly eventType?: string;
  /** Of sleeps and waits: when they are over at the latest. */
  readonly until?: number;
  /** What a step returned, or the payload of an event. */
  readonly output?: unknown;
  readonly error?: ErrorDetails;
}
/** Everything that happened to an instance, step by step: for people, and for tools that draw it. */
interface Timeline {
  readonly id: string;
  readonly status: Status;
  readonly created: number;
  readonly finished?: number | undefined;
  readonly params: unknown;
  readonly output?: unknown;
  readonly error?: ErrorDetails;
  readonly steps: readonly TimelineStep[];
}
/** A workflow of a host, as its tools reach it. */
interface AdministeredWorkflow {
  readonly config: WorkflowConfig;
  readonly reach: Reach;
}
/** An instance in a list. Times are in milliseconds since the epoch. */
interface ListedInstance {
  readonly id: string;
  readonly status: Status;
  readonly created: number;
  readonly lastActive: number;
}
interface ListInstancesOptions {
  /** Default 50. */
  readonly limit?: number;
  /** Only instances with this status. */
  readonly status?: Status;
  /** Goes on after the last instance of the page before. */
  readonly after?: ListedInstance;
}
/** Looks at the workflows of a running host and steers them: for the command and the inspector. */
declare class WorkflowAdmin {
  #private;
  constructor(workflows: () => readonly AdministeredWorkflow[]);
  get workflows(): readonly WorkflowConfig[];
  /**
   * Instances of a workflow, the youngest first.
   *
   * @throws FreeholdError `WORKFLOW_UNKNOWN`, `STATUS_UNKNOWN`
   */
  list(workflow: string, options?: ListInstancesOptions): Promise<ListedInstance[]>;
  /** @throws FreeholdError `INSTANCE_UNKNOWN` */
  timeline(workflow: string, id: string): Promise<Timeline>;
  /** All that has happened to an instance. */
  events(workflow: string, id: string, after?: number): Promise<InstanceEvent[]>;
  /** A handle to pause, resume, terminate or restart. */
  instance(workflow: string, id: string): WorkflowInstance;
}
type Row = Readonly<Record<string, unknown>>;
/** The instances of one workflow, as a host that was stopped has left them. */
interface StoppedInstances {
  /** The youngest first. */
  list(options?: ListObjectsOptions): readonly ListedObject[];
  /** Rows of a query in an instance's database; `undefined` when it has none. */
  query(id: string, sql: string, ...bindings: readonly (null | number | string)[]): readonly Row[] | undefined;
}
/**
 * Looks at the workflows of a host that does not run: lists, shows and tells events. All that would
 * change an instance fails with `HOST_NOT_RUNNING`.
 *
 * @param instances of one workflow. They have to be readable for as long as the answer is used.
 * @example
 * ```ts
 * await readStopped(dataDirectory, "shop", ({ of }) =>
 *   stoppedWorkflows(workflows, ({ name }) => of({ kind: "workflow", name })).list("orders"),
 * );
 * ```
 */
declare function stoppedWorkflows(workflows: readonly WorkflowConfig[], instances: (workflow: WorkflowConfig) => StoppedInstances): WorkflowAdmin;
/** How long a finished instance is kept: milliseconds, or a text such as `"7 days"`. */
interface Retention {
  readonly successRetention?: number | string;
  readonly errorRetention?: number | string;
}
/** Options of `create`. */
interface CreateOptions {
  /** At most 100 letters, digits, `-` and `_`. Default a new one. */
  readonly id?: string;
  readonly params?: unknown;
  /** Default 30 days. */
  readonly retention?: Retention;
  /** One machine has one place: no effect. */
  readonly locationHint?: string;
}
/** Options of `createBatch`: so many alike, or a list. */
type BatchOptions = (Omit<CreateOptions, "id"> & {
  readonly count: number;
  readonly instances?: undefined;
}) | {
  readonly instances: readonly CreateOptions[];
  readonly count?: undefined;
};
/** Why one of many could not be made or deleted. `code` is as in HTTP. */
interface BatchError {
  readonly index: number;
  readonly id?: string;
  readonly code: number;
  readonly message: string;
}
/** Called by tests that erase all that is stored, the instances among it. */
declare const ERASE: unique symbol;
/**
 * `env.ORDERS`: makes instances of one workflow, and finds them.
 *
 * @example
 * ```ts
 * const instance = await env.ORDERS.create({ id: "order-7", params: { cents: 1200 } });
 * ```
 */
declare class Workflow {
  #private;
  constructor(reach: Reach);
  /** What tests look into and change; `undefined` for what is no workflow of this host. */
  static introspectionOf(value: unknown): Introspection | undefined;
  /** All instances have been erased: none of them keeps others from running. */
  [ERASE](): void;
  /** @throws Error `instance.not_found` */
  get(id: string): Promise<WorkflowInstance>;
  /** @throws Error when the id is invalid, or taken */
  create(options?: CreateOptions): Promise<WorkflowInstance>;
  /**
   * Makes up to 100 instances. Of a list, those whose id is taken are left out; the object form says
   * which, and why.
   */
  createBatch(options: BatchOptions | readonly CreateOptions[]): Promise<WorkflowInstance[] | {
    readonly created: WorkflowInstance[];
    readonly errors: readonly BatchError[];
  }>;
  /** Deletes up to 100 instances with all that they stored. */
  deleteBatch(ids: readonly string[]): Promise<{
    readonly deleted: readonly {
      readonly id: string;
    }[];
    readonly errors: readonly Omit<BatchError, "index">[];
  }>;
}
/**
 * What tests look into and change of a workflow; `undefined` when `binding` is none.
 *
 * @example
 * ```ts
 * const introspector = introspectionOf(env.ORDERS)?.instance("order-7");
 * await introspector?.modify((modifier) => modifier.disableSleeps());
 * ```
 */
declare function introspectionOf(binding: unknown): Introspection | undefined;
/**
 * The bindings of a Worker's workflows: what `workflows` of its configuration says, for the host.
 *
 * @example
 * ```ts
 * const host = await createHost({ ...options, config, bindings: workflowBindings(config.workflows ?? []) });
 * ```
 */
declare function workflowBindings(workflows: readonly WorkflowConfig[], limits?: Partial<WorkflowLimits>): readonly Binding[];
/** The workflows of one host: their bindings, and what its tools do with them. */
interface HostedWorkflows {
  readonly bindings: readonly Binding[];
  readonly admin: WorkflowAdmin;
}
/** As {@link workflowBindings}, for those who look into them as well. */
declare function hostWorkflows(workflows: readonly WorkflowConfig[], limits?: Partial<WorkflowLimits>): HostedWorkflows;
export {
  type HostedWorkflows,
  hostWorkflows,
  type InstanceEvent,
  type InstanceIntrospector,
  type Introspection,
  introspectionOf,
  type ListedInstance,
  type Modifier,
  type StepName,
  type StoppedInstances,
  stoppedWorkflows,
  type Timeline,
  type TimelineStep,
  type Workflow,
  WorkflowAdmin,
  workflowBindings,
  type WorkflowInstance,
  type WorkflowIntrospector,
  type WorkflowLimits,
};