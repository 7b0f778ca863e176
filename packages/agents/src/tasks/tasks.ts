import { FreeholdError } from "../errors.ts";
import type { LifecycleJobContext, LifecycleJobOutcome } from "../jobs/job.ts";
import { ownerOf } from "../jobs/owner.ts";
import {
  LifecycleCapability,
  type LifecycleRouteContext,
  type MemoryLimitContext,
  servicesOf,
} from "../lifecycle/capability.ts";
import { JobOwner } from "../schema.ts";
import { checkRunOptions, joined, newRun } from "./accept.ts";
import { MEMORY_LIMIT_SEALED } from "./contract-errors.ts";
import {
  checkDefinitionName,
  DEFAULT_STEP_POLICY,
  invalidTask,
  RESERVED_PREFIX,
  stepPolicy,
} from "./decide.ts";
import { HEARTBEAT_MS, type LiveAttempt, TaskRunner } from "./runner.ts";
import { receiptOf, snapshotOf } from "./snapshot.ts";
import { type RunRow, RunStore } from "./store.ts";
import type {
  Task,
  TaskCallbacks,
  TaskDeleteOptions,
  TaskHandlers,
  TaskInput,
  TaskListOptions,
  TaskOutput,
  TaskReceipt,
  TaskRunOptions,
  TaskRunSnapshot,
  TasksOptions,
  TaskValue,
} from "./types.ts";
import { type WakeMessage, Wakes } from "./wakes.ts";

/** How long an alarm waits for an attempt before it goes on to other work, in milliseconds. */
const DISPATCH_BUDGET_MS = 5000;
const DEFAULT_LIMIT = 100;
/** How long wake-ups of an object inside this one are tried that cannot be delivered, in seconds. */
const MAX_UNDELIVERED_SECONDS = 3600;

/** How the SDK's own hosts find definitions, besides those of the constructor. */
export type TaskResolver = (definition: string) => TaskCallbacks[string] | undefined;

type Handler = TaskCallbacks[string];
type Message = WakeMessage | { readonly op: "drive"; readonly runId: string };

/**
 * Work in steps that survives restarts: a run goes on after the last step that was done, whatever
 * ended its process. Steps are retried, sleeps hold nothing, and each run can be looked at and
 * cancelled.
 *
 * @example
 * readonly tasks = new Tasks({
 *   definitions: {
 *     greet: async (input: { name: string }, step: TaskStep) => {
 *       const text = await step.do("compose", () => `Hello ${input.name}`);
 *       await step.sleep("pause", "10 seconds");
 *       await step.do("send", ({ idempotencyKey }) => deliver(text, idempotencyKey));
 *     },
 *   },
 * });
 * readonly lifecycle = Lifecycle.install(this).use(this.tasks);
 *
 * async greet(name: string) {
 *   const { runId } = await this.tasks.run("greet", { name });
 *   return runId;
 * }
 */
export class Tasks<Handlers extends TaskHandlers = TaskCallbacks> extends LifecycleCapability {
  readonly #definitions: TaskHandlers;
  readonly #resolver: TaskResolver | undefined;
  readonly #registered = new Map<string, Handler>();
  readonly #wakes = new Wakes(() => servicesOf(this));
  readonly #runner: TaskRunner;
  #store: RunStore | undefined;

  /** @param resolver for the SDK's own hosts: more definitions, asked for when one is needed */
  constructor(options: TasksOptions<Handlers> = {}, resolver?: TaskResolver) {
    super(JobOwner.TASKS);
    this.#definitions = options.definitions ?? {};
    this.#resolver = resolver;
    const { retries, stepTimeout: timeout } = options;
    const config = { ...(retries && { retries }), ...(timeout !== undefined && { timeout }) };
    this.#runner = new TaskRunner({
      services: () => servicesOf(this),
      runs: () => this.#runs,
      wakes: this.#wakes,
      policy: stepPolicy(config, DEFAULT_STEP_POLICY),
      resolve: (name) => this.#find(name),
      onError: (error) => options.onError?.(error),
    });
  }

  /** @internal Adds a definition of the SDK's own; its name begins with `__cf`. */
  register(name: string, definition: Handler): void {
    checkDefinitionName(name, "allow");
    if (!name.startsWith(RESERVED_PREFIX)) {
      throw invalidTask(`register() is for names with the reserved "${RESERVED_PREFIX}" prefix`);
    }
    if (this.#registered.has(name)) {
      throw invalidTask(`Task definition "${name}" is already registered`);
    }
    this.#registered.set(name, definition);
  }

  /**
   * Stores a run and begins it; does not wait for its end. A run of the same id or key is joined.
   * Once the object has started, the run is stored before this returns, so it stands or falls with
   * what the caller stores in the same turn.
   *
   * @throws FreeholdError `unknown_task`, `invalid_task`, `task_conflict`; TaskSerializationError.
   */
  async run<Name extends keyof Handlers & string>(
    definition: Name,
    input?: TaskInput<Handlers[Name]>,
    options: TaskRunOptions = {},
  ): Promise<TaskReceipt> {
    checkDefinitionName(definition, "refuse");
    return (await this.#accept(definition, input, options, "begin")).receipt;
  }

  /** The runs of one definition. @throws FreeholdError `unknown_task`. */
  handle<Name extends keyof Handlers & string>(
    definition: Name,
  ): Task<TaskInput<Handlers[Name]>, TaskOutput<Handlers[Name]>> {
    checkDefinitionName(definition, "refuse");
    this.#require(definition);
    type Found = TaskRunSnapshot<TaskOutput<Handlers[Name]>> | null;
    const own = <T extends { definition: string }>(found: T | null) =>
      found?.definition === definition ? found : null;
    return {
      name: definition,
      run: (input, options) => this.run(definition, input, options),
      get: async (runId) => own(await this.get(runId)) as Found,
      getByIdempotencyKey: async (key) => own(await this.getByIdempotencyKey(key)) as Found,
      cancel: async (runId, reason) =>
        own(await this.get(runId)) !== null && this.cancel(runId, reason),
    };
  }

  /** The run with this id. */
  async get(runId: string): Promise<TaskRunSnapshot<TaskValue> | null> {
    await this.#ready();
    const row = this.#runs.get(runId);
    return row ? snapshotOf(row) : null;
  }

  /** The run that was started with this key. */
  async getByIdempotencyKey(key: string): Promise<TaskRunSnapshot<TaskValue> | null> {
    await this.#ready();
    const row = this.#runs.getByKey(key);
    return row ? snapshotOf(row) : null;
  }

  /** Runs, newest first. @throws FreeholdError `invalid_task`. */
  async list(options: TaskListOptions = {}): Promise<TaskRunSnapshot<TaskValue>[]> {
    const { definition, status = [], limit } = options;
    const states = Array.isArray(status) ? status : [status];
    const filter = { definition, states, limit: checkLimit(limit) };
    await this.#ready();
    return this.#runs.list(filter).map(snapshotOf);
  }

  /**
   * Asks a run to end. One that waits ends now; one that works is told by its signal, and ends at
   * its next step. False when it has ended, was asked before, or is not there.
   */
  async cancel(runId: string, reason?: string): Promise<boolean> {
    await this.#ready();
    const row = this.#runs.get(runId);
    if (!row || row.next_at === null || row.cancel_requested) return false;
    const { clock } = servicesOf(this);
    this.#runs.requestCancel(runId, reason ?? null, clock.now());
    const live = this.#runner.live(runId);
    if (!live) await this.#runner.cancelParked(row);
    else {
      live.stop();
      // A handler that lets go at once has ended when this returns; others are not waited for.
      await Promise.race([live.done, soon(clock)]);
    }
    return true;
  }

  /** Deletes runs that have ended, with their steps; returns how many. */
  async delete(options: TaskDeleteOptions = {}): Promise<number> {
    const { status, settledBefore } = options;
    const ended = ["completed", "failed", "cancelled"] as const;
    const states = status?.length ? ended.filter((state) => status.includes(state)) : ended;
    const before = settledBefore?.getTime();
    if (before !== undefined && Number.isNaN(before)) {
      throw invalidTask("settledBefore must be a valid date");
    }
    const limit = checkLimit(options.limit);
    await this.#ready();
    if (states.length === 0) return 0;
    const deleted = this.#runs.deleteSettled({ states, settledBefore: before, limit });
    for (const { run_id: runId, definition } of deleted) {
      this.lifecycle.events.emit("task:deleted", { runId, definition });
    }
    return deleted.length;
  }

  /** Attempts of an earlier life of the object are lost: their runs are taken up again. */
  override async onStart(): Promise<void> {
    const live = this.#runs.live();
    if (live.length === 0) return;
    const { clock, waitUntil } = servicesOf(this);
    this.#runs.releaseClaims(clock.now());
    const restored = this.#wakes.restore(this.#runs.live());
    // The outermost object may be waiting for this start.
    if (this.#wakes.areRemote) waitUntil(restored.catch(reportWake));
    else await restored;
  }

  /** Sees to a run whose time has come, here or in the object that has it. */
  async onJob({ job }: LifecycleJobContext): Promise<LifecycleJobOutcome> {
    const { runId } = (job.payload ?? {}) as { runId?: unknown };
    if (typeof runId !== "string") return undefined;
    const owner = ownerOf(job.payload);
    if (!owner) return this.#drive(runId);
    const message: Message = { op: "drive", runId };
    return (await servicesOf(this).routes.to(owner, message)) as LifecycleJobOutcome;
  }

  /** A run could not be seen to. It is tried again: the wake-up is all that keeps it going. */
  async onJobError({ job }: LifecycleJobContext, error: unknown): Promise<LifecycleJobOutcome> {
    console.error(`Task wake-up ${job.id} failed:`, error);
    const now = servicesOf(this).clock.now();
    const isGone = ownerOf(job.payload) && now / 1000 - job.createdAt > MAX_UNDELIVERED_SECONDS;
    return isGone ? undefined : { rescheduleAt: now + HEARTBEAT_MS };
  }

  /** A run's wake-up used up the memory: the run is put off, or, in the end, failed. */
  async onMemoryLimit({ executing, sealed, nextTime }: MemoryLimitContext): Promise<void> {
    if (executing?.capability !== JobOwner.TASKS || ownerOf(executing.payload)) return;
    const row = this.#runs.get(String((executing.payload as { runId?: unknown })?.runId));
    if (!row || row.next_at === null) return;
    this.#runner.live(row.run_id)?.stop();
    if (sealed || nextTime === undefined) {
      const message = "The run exceeded the memory limit of the Durable Object repeatedly";
      await this.#runner.seal(row, MEMORY_LIMIT_SEALED, message);
    } else {
      this.#runs.backOff(row.run_id, nextTime, servicesOf(this).clock.now());
      await this.#wakes.set(row.run_id, nextTime);
    }
  }

  /** Answers tasks of an object inside this one, or of the outermost. */
  async onRoute({ source, payload }: LifecycleRouteContext): Promise<unknown> {
    const message = payload as Message;
    if (message.op === "drive") return this.#drive(message.runId);
    if (source) return this.#wakes.serve(source, message);
    throw new FreeholdError("no_route", `Tasks does not know "${String(message.op)}"`);
  }

  /** @internal Like `run`, the SDK's own definitions included; resolves when the first attempt ends. */
  async __DO_NOT_USE_WILL_BREAK__runAttached(
    definition: string,
    input: unknown,
    options: TaskRunOptions = {},
  ): Promise<TaskReceipt> {
    const { live, receipt } = await this.#accept(definition, input, options, "begin");
    await live?.done;
    return receipt;
  }

  /** @internal Like `run`, the SDK's own definitions included; an alarm begins the first attempt. */
  async __DO_NOT_USE_WILL_BREAK__enqueue(
    definition: string,
    input: unknown,
    options: TaskRunOptions = {},
  ): Promise<TaskReceipt> {
    return (await this.#accept(definition, input, options, "queue")).receipt;
  }

  /** @internal Removes the wake-ups of objects inside this one. */
  async __DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix: string): Promise<void> {
    await this.#wakes.forget(prefix);
  }

  get #runs(): RunStore {
    this.#store ??= new RunStore(servicesOf(this).sql);
    return this.#store;
  }

  async #accept(
    definition: string,
    input: unknown,
    options: TaskRunOptions,
    how: "begin" | "queue",
  ): Promise<{ receipt: TaskReceipt; live?: LiveAttempt | undefined }> {
    checkDefinitionName(definition, "allow");
    this.#require(definition);
    checkRunOptions(options);
    const { clock, events, random, status } = servicesOf(this);
    const runId = options.runId ?? `task_${random.id()}`;
    const run = newRun(definition, input, options, runId);
    if (status() === "zero") await this.#ready();
    // A wake-up without a run ends itself; a run without one might never go on.
    if (this.#wakes.areRemote) await this.#wakes.set(runId, clock.now() + HEARTBEAT_MS);
    const byId = options.runId === undefined ? undefined : this.#runs.get(runId);
    const key = run.idempotencyKey;
    const found = joined(run, byId, key === null ? undefined : this.#runs.getByKey(key));
    if (found) return { receipt: receiptOf(found, false) };
    this.#runs.insert(run, clock.now());
    events.emit("task:accepted", { runId, definition, accepted: true });
    const row = this.#runs.get(runId) as RunRow;
    const receipt = receiptOf(row, true);
    if (how === "queue" || status() !== "started") {
      await this.#wakes.set(runId, clock.now());
      return { receipt };
    }
    const live = await this.#runner.begin(row);
    if (live) this.#attend(live);
    return { receipt, live };
  }

  async #drive(runId: string): Promise<LifecycleJobOutcome> {
    const { clock } = servicesOf(this);
    const row = this.#runs.get(runId);
    if (!row || row.next_at === null) return undefined;
    if (this.#runner.live(runId)) return { rescheduleAt: clock.now() + HEARTBEAT_MS };
    if (row.next_at > clock.now()) return { rescheduleAt: row.next_at };
    const live = await this.#runner.begin(row);
    if (!live) return undefined;
    const patience = Promise.withResolvers<"over">();
    const forget = clock.after(DISPATCH_BUDGET_MS, () => patience.resolve("over"));
    const outcome = await Promise.race([live.done, patience.promise]).finally(forget);
    if (outcome === "over") this.#attend(live);
    return this.#afterwards(runId);
  }

  /** When a run is to be seen to next; the wake-up that was stored meanwhile says the same. */
  #afterwards(runId: string): LifecycleJobOutcome {
    const nextAt = this.#runs.get(runId)?.next_at ?? null;
    if (nextAt === null) return undefined;
    const { clock } = servicesOf(this);
    const isLive = this.#runner.live(runId) !== undefined;
    return { rescheduleAt: isLive ? clock.now() + HEARTBEAT_MS : nextAt };
  }

  /** Keeps the object awake for an attempt that nobody waits for. */
  #attend({ done }: LiveAttempt): void {
    const { trackAlarmWork, waitUntil } = servicesOf(this);
    if (!trackAlarmWork(done)) waitUntil(done.catch(reportAttempt));
  }

  #find(name: string): Handler | undefined {
    if (name.startsWith(RESERVED_PREFIX)) return this.#registered.get(name);
    if (!Object.hasOwn(this.#definitions, name)) return this.#resolver?.(name);
    const handler = this.#definitions[name];
    return typeof handler === "function" ? (handler as Handler) : undefined;
  }

  #require(definition: string): void {
    if (this.#find(definition)) return;
    throw new FreeholdError(
      "unknown_task",
      `Unknown Task definition "${definition}": not declared on this Tasks`,
    );
  }

  async #ready(): Promise<void> {
    const { ready, status } = servicesOf(this);
    if (status() === "zero") await ready();
  }
}

function checkLimit(limit = DEFAULT_LIMIT): number {
  if (Number.isInteger(limit) && limit >= 0) return limit;
  throw invalidTask(`limit must be an integer >= 0, got ${limit}`);
}

function soon(clock: { after(milliseconds: number, callback: () => void): unknown }) {
  return new Promise<void>((resolve) => void clock.after(0, resolve));
}

function reportWake(error: unknown): void {
  console.error("Wake-ups of tasks could not be restored:", error);
}

function reportAttempt(error: unknown): void {
  console.error("An attempt of a task ended with the memory used up:", error);
}
