import { FreeholdError, messageOf } from "../errors.ts";
import { type CallbackResolver, registered } from "../jobs/callbacks.ts";
import type { LifecycleJobContext, LifecycleJobOutcome } from "../jobs/job.ts";
import { askKeeper, ownerOf } from "../jobs/owner.ts";
import {
  LifecycleCapability,
  type LifecycleRouteContext,
  servicesOf,
} from "../lifecycle/capability.ts";
import {
  DEFAULT_RETRY,
  type RetryOptions,
  type RetryPolicy,
  resolveRetry,
  validateRetry,
} from "../retry/options.ts";
import { JobOwner } from "../schema.ts";
import { type Added, type Owner, ScheduleBook, type ScheduleEntry } from "./book.ts";
import { DuplicateWatch } from "./duplicates.ts";
import { migrateSchedules } from "./migrate.ts";
import { intervalOf, nextRun, scheduleOf, type Timing, timingOf } from "./plan.ts";
import { ScheduleRunner } from "./runner.ts";
import type {
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
  SchedulerCallbacks,
  SchedulerEventType,
  SchedulerHandlers,
  SchedulerOptions,
  SchedulerPayload,
} from "./types.ts";

const DEFAULT_HUNG_SECONDS = 30;

/** What schedulers of nested objects tell each other: the outermost keeps, the owner runs. */
type Message =
  | { readonly op: "add"; readonly entry: ScheduleEntry }
  | { readonly op: "get" | "cancel"; readonly id: string }
  | { readonly op: "list"; readonly criteria: ScheduleCriteria | undefined }
  | { readonly op: "run"; readonly context: LifecycleJobContext }
  | { readonly op: "failed"; readonly context: LifecycleJobContext; readonly error: string };

/**
 * Durable work at a time: at a moment, after seconds, by a cron expression, or again and again.
 *
 * @example
 * readonly scheduler = new Scheduler({
 *   callbacks: { remind: (text: string) => console.log(text) },
 * });
 * readonly lifecycle = Lifecycle.install(this).use(this.scheduler);
 *
 * async plan() {
 *   await this.scheduler.set(60, "remind", "a minute has passed");
 *   await this.scheduler.set("0 9 * * mon-fri", "remind", "good morning", {
 *     timezone: "Europe/Berlin",
 *   });
 * }
 */
export class Scheduler<
  Handlers extends SchedulerHandlers = SchedulerCallbacks,
> extends LifecycleCapability {
  readonly #options: SchedulerOptions<Handlers>;
  readonly #callbacks: CallbackResolver;
  readonly #retry: RetryPolicy;
  readonly #book = new ScheduleBook(() => servicesOf(this).jobs);
  readonly #runner: ScheduleRunner;
  /** Made when there is something to watch. */
  #duplicates: DuplicateWatch | undefined;
  /** Callbacks warned about during this start. */
  #warned: readonly string[] = [];

  /** @param resolver for the SDK's own hosts: takes the place of `callbacks` */
  constructor(options: SchedulerOptions<Handlers> = {}, resolver?: CallbackResolver) {
    super(JobOwner.SCHEDULER);
    this.#options = options;
    this.#callbacks = resolver ?? registered(options.callbacks);
    this.#retry = resolveRetry(options.retry, DEFAULT_RETRY);
    this.#runner = new ScheduleRunner({
      ...{ callbacks: this.#callbacks, retry: this.#retry, onError: options.onError },
      services: () => servicesOf(this),
    });
  }

  override async onStart(): Promise<void> {
    this.#warned = [];
    const { sql, jobs } = servicesOf(this);
    const hungTimeoutSeconds = this.#hungSeconds();
    await migrateSchedules({ sql, jobs, retryDefaults: this.#retry, hungTimeoutSeconds });
  }

  /**
   * Runs a callback at a moment (`Date`, or its text in ISO 8601), after seconds (`number`) or by a
   * cron expression.
   *
   * @throws FreeholdError `invalid_schedule`, `unknown_callback`, `cron_never_matches`,
   * `invalid_timezone`, `invalid_retry_options`, `invalid_job`.
   */
  async set<Name extends keyof Handlers & string>(
    when: Date | string | number,
    callback: Name,
    payload?: SchedulerPayload<Handlers[Name]>,
    options: ScheduleOptions = {},
  ): Promise<Schedule<SchedulerPayload<Handlers[Name]>>> {
    this.#check(callback, options.retry);
    const timing = timingOf(when, callback, servicesOf(this).clock.now(), options.timezone);
    const idempotent = options.idempotent ?? (timing.type === "cron" ? true : undefined);
    if (idempotent === undefined) this.#warnDuringStart(callback);
    const added = await this.#add(callback, timing, payload, { ...options, idempotent });
    return added as Schedule<SchedulerPayload<Handlers[Name]>>;
  }

  /** Runs a callback again and again, `intervalSeconds` (at most 30 days) after each end. */
  async every<Name extends keyof Handlers & string>(
    intervalSeconds: number,
    callback: Name,
    payload?: SchedulerPayload<Handlers[Name]>,
    options: ScheduleOptions = {},
  ): Promise<Schedule<SchedulerPayload<Handlers[Name]>>> {
    const timing = intervalOf(intervalSeconds, servicesOf(this).clock.now());
    this.#check(callback, options.retry);
    const idempotent = options.idempotent ?? true;
    const added = await this.#add(callback, timing, payload, { ...options, idempotent });
    return added as Schedule<SchedulerPayload<Handlers[Name]>>;
  }

  /** The schedule with this id. */
  async get(id: string): Promise<Schedule<unknown> | undefined> {
    return (await this.#ask({ op: "get", id })) as Schedule<unknown> | undefined;
  }

  /** Schedules by time, all or those that match. */
  async list(criteria?: ScheduleCriteria): Promise<Schedule<unknown>[]> {
    return (await this.#ask({ op: "list", criteria })) as Schedule<unknown>[];
  }

  /** Removes a schedule; false when there is none with this id. */
  async cancel(id: string): Promise<boolean> {
    const callback = (await this.#ask({ op: "cancel", id })) as string | undefined;
    if (callback === undefined) return false;
    this.#emit("schedule:cancel", { callback, id });
    return true;
  }

  /** Runs a due schedule, here or in the object that owns it. */
  async onJob(context: LifecycleJobContext): Promise<LifecycleJobOutcome> {
    const schedule = scheduleOf(context.job);
    if (!schedule) return this.#runner.unreadable(context.job);
    const owner = ownerOf(context.job.payload);
    if (owner) await this.#send(owner, { op: "run", context });
    else await this.#runner.run(context, schedule);
    return this.#after(schedule);
  }

  /** A schedule failed for good: what recurs goes on, what was to run once is gone. */
  async onJobError(context: LifecycleJobContext, error: unknown): Promise<LifecycleJobOutcome> {
    const owner = ownerOf(context.job.payload);
    if (owner) await this.#send(owner, { op: "failed", context, error: messageOf(error) });
    else await this.#runner.failed(context, error);
    const schedule = scheduleOf(context.job);
    return schedule && this.#after(schedule);
  }

  /** Answers the scheduler of an object inside this one, or of the outermost. */
  async onRoute({ source, payload }: LifecycleRouteContext): Promise<unknown> {
    const message = payload as Message;
    if (message.op === "failed") {
      return this.#runner.failed(message.context, new Error(message.error));
    }
    if (message.op !== "run") return this.#serve(source, message);
    const schedule = scheduleOf(message.context.job);
    return schedule && this.#runner.run(message.context, schedule);
  }

  /** @internal For the agent's deprecated synchronous `getSchedule`. */
  __DO_NOT_USE_WILL_REMOVE__getSchedule<T = string>(id: string): Schedule<T> | undefined {
    this.#assertOwn("getSchedule", "getScheduleById(id)", "get(id)");
    return this.#book.get(undefined, id) as Schedule<T> | undefined;
  }

  /** @internal For the agent's deprecated synchronous `getSchedules`. */
  __DO_NOT_USE_WILL_REMOVE__getSchedules<T = string>(criteria?: ScheduleCriteria): Schedule<T>[] {
    this.#assertOwn("getSchedules", "listSchedules(criteria)", "list(criteria)");
    return this.#book.list(undefined, criteria) as Schedule<T>[];
  }

  /** @internal Removes the schedules of objects inside this one. */
  async __DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix: string): Promise<void> {
    for (const told of await this.#book.forget(prefix)) this.#emit("schedule:cancel", told);
  }

  async #add(
    callback: string,
    timing: Timing,
    payload: unknown,
    { retry, idempotent }: { retry?: RetryOptions | undefined; idempotent: boolean | undefined },
  ): Promise<Schedule<unknown>> {
    const entry: ScheduleEntry = {
      ...{ callback, timing, payload, retry, policy: resolveRetry(retry, this.#retry) },
      ...{ hungTimeoutSeconds: this.#hungSeconds(), idempotent: idempotent === true },
    };
    const { created, schedule } = (await this.#ask({ op: "add", entry })) as Added;
    if (!created) return schedule;
    this.#emit("schedule:create", { callback, id: schedule.id });
    if (idempotent === undefined) this.#watchDuplicates(schedule);
    return schedule;
  }

  #watchDuplicates(schedule: Schedule<unknown>): void {
    const { callback, id, type } = schedule;
    const now = servicesOf(this).clock.now();
    const waits = (other: string) => (this.#book.get(undefined, other)?.time ?? 0) * 1000 > now;
    this.#duplicates ??= new DuplicateWatch();
    const duplicateOf = this.#duplicates.note(schedule, waits);
    if (duplicateOf === undefined) return;
    this.#emit("schedule:duplicate_warning", { callback, count: 2, type, id, duplicateOf });
  }

  /** Where the schedules are kept: here, or in the outermost object. */
  #ask(message: Message): unknown {
    return askKeeper(servicesOf(this), message, (asked) => this.#serve(undefined, asked));
  }

  #serve(owner: Owner, message: Message): unknown {
    switch (message.op) {
      case "add":
        return this.#book.add(owner, message.entry);
      case "get":
        return this.#book.get(owner, message.id);
      case "list":
        return this.#book.list(owner, message.criteria);
      case "cancel":
        return this.#book.cancel(owner, message.id);
      default:
        throw new FreeholdError("no_route", `Scheduler does not know "${String(message.op)}"`);
    }
  }

  #send(owner: NonNullable<Owner>, message: Message): Promise<unknown> {
    return servicesOf(this).routes.to(owner, message);
  }

  #after(schedule: Schedule<unknown>): LifecycleJobOutcome {
    const rescheduleAt = nextRun(schedule, servicesOf(this).clock.now());
    return rescheduleAt === undefined ? undefined : { rescheduleAt };
  }

  #check(callback: unknown, retry: RetryOptions | undefined): void {
    if (typeof callback !== "string") {
      throw new FreeholdError("invalid_schedule", "Callback must be a string");
    }
    if (!this.#callbacks.has(callback)) {
      throw new FreeholdError(
        "unknown_callback",
        `Unknown scheduled callback "${callback}": not registered on this Scheduler`,
        { help: `Register a callback named ${callback}; on an agent, add a method of this name.` },
      );
    }
    if (retry) validateRetry(retry, this.#retry);
  }

  #assertOwn(name: string, onAgent: string, onScheduler: string): void {
    if (!servicesOf(this).routes.source) return;
    throw new FreeholdError(
      "schedules_elsewhere",
      `${name}() is synchronous and cannot read routed schedule storage. Use await ${onAgent} on Agent, or await scheduler.${onScheduler} on a standalone Scheduler.`,
    );
  }

  #warnDuringStart(callback: string): void {
    if (this.lifecycle.status() !== "starting" || this.#warned.includes(callback)) return;
    this.#warned = [...this.#warned, callback];
    console.warn(
      `Scheduling "${callback}" during startup (e.g. onStart()) without { idempotent: true } creates a new row on every Durable Object restart, which can cause duplicate executions. Pass { idempotent: true } to deduplicate, or use an interval schedule for recurring tasks.`,
    );
  }

  #hungSeconds(): number {
    return this.#options.hungScheduleTimeoutSeconds ?? DEFAULT_HUNG_SECONDS;
  }

  #emit(type: SchedulerEventType, payload: unknown): void {
    this.lifecycle.events.emit(type, payload);
  }
}
