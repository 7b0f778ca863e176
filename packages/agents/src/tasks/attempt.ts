import type { Clock } from "../clock.ts";
import { isDurableObjectMemoryLimitReset } from "../retry/platform.ts";
import {
  DuplicateTaskStepError,
  journaledError,
  stepTimedOut,
  TaskReplayDivergedError,
  tooManySteps,
} from "./contract-errors.ts";
import {
  afterFailure,
  checkStepName,
  invalidStep,
  judgeJournal,
  type StepPolicy,
  stepPolicy,
} from "./decide.ts";
import { parseDuration } from "./duration.ts";
import { interruptionIn, TaskInterruption } from "./interruption.ts";
import { errorRecord, type Journal, markOf, type StepRow } from "./journal.ts";
import { afterAtMost } from "./timers.ts";
import type { TaskStep, TaskStepAttempt, TaskStepConfig, TaskWaitReason } from "./types.ts";
import { deserialize, serialize } from "./values.ts";

/** Steps that one run may have. */
const MAX_STEPS = 10_000;

type StepCode = (attempt: TaskStepAttempt) => unknown;

/** What the steps of one attempt need. */
export interface AttemptPorts {
  readonly runId: string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly policy: StepPolicy;
  readonly interrupted: TaskStep["interrupted"];
  /** The status that is shown. */
  readonly shown: string | null;
  show(message: string): void;
  /** Tells of a step. */
  emit(type: "task:step:started" | "task:step:retry" | "task:step:completed", step: StepNote): void;
}

/** A step, as events name it. */
export interface StepNote {
  readonly step: string;
  readonly attempt: number;
}

/** What an attempt waits for: the earliest of what its steps wait for. */
export interface Wait {
  readonly reason: TaskWaitReason;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** The steps of one attempt of a run: done once, replayed from the journal afterwards. */
export class Attempt {
  readonly #ports: AttemptPorts;
  readonly #names = new Set<string>();
  /** Ends the code of each step that runs. */
  readonly #running = new Map<string, (reason: unknown) => void>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #settledBefore: number;
  #settledSeen = 0;
  #finished = 0;
  #wait: Wait | undefined;
  #stopped: TaskInterruption | undefined;
  #shown: string | null;

  constructor(ports: AttemptPorts) {
    this.#ports = ports;
    this.#shown = ports.shown;
    this.#settledBefore = ports.journal.settledCount();
  }

  /** The earliest of what steps wait for; undefined when none does. */
  get waitsFor(): Wait | undefined {
    return this.#wait;
  }

  /** What the handler gets. */
  get step(): TaskStep {
    const { clock, interrupted, runId } = this.#ports;
    const keyOf = (name: string) => `${runId}:${name}`;
    return {
      interrupted,
      do: (name: string, ...rest: unknown[]) => this.#do(name, rest) as Promise<never>,
      sleep: (name, duration) =>
        this.#sleep(name, () => Math.ceil(clock.now() + parseDuration(duration, "sleep duration"))),
      sleepUntil: (name, when) => this.#sleep(name, () => momentOf(name, when)),
      status: (message) => this.#status(message),
      idempotencyKey: keyOf,
    };
  }

  /** Ends the attempt: code that runs is told, and every step from now on. */
  stop(): void {
    this.#stopped ??= new TaskInterruption("stop");
    for (const end of [...this.#running.values()]) end(this.#stopped);
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /**
   * After the handler has given up to wait: lets steps that still run come to their end, until the
   * wait is over. When one did, there is something to go on with at once.
   */
  async drain(): Promise<Wait> {
    const before = this.#finished;
    for (;;) {
      const wait = this.#wait ?? { reason: "retry", at: this.#ports.clock.now() };
      const left = wait.at - this.#ports.clock.now();
      if (this.#finished > before) return { ...wait, at: this.#ports.clock.now() };
      if (this.#inFlight.size === 0 || left <= 0 || this.#stopped) return wait;
      const over = Promise.withResolvers<void>();
      const forget = afterAtMost(this.#ports.clock, left, over.resolve);
      await Promise.race([...this.#inFlight, over.promise]);
      forget();
    }
  }

  /** After the end of the attempt: tells code that still runs that nobody wants its result. */
  retire(): void {
    this.#stopped ??= new TaskInterruption("stop");
    for (const end of [...this.#running.values()]) end(undefined);
  }

  async #status(message: unknown): Promise<void> {
    if (this.#stopped) throw this.#stopped;
    const onOldGround = this.#settledSeen < this.#settledBefore;
    const text = String(message);
    if (onOldGround || text === this.#shown) return;
    this.#shown = text;
    this.#ports.show(text);
  }

  async #do(name: string, rest: readonly unknown[]): Promise<unknown> {
    checkStepName(name);
    const [config, code] = rest.length > 1 ? rest : [{}, rest[0]];
    if (typeof code !== "function") throw invalidStep(`step.do("${name}") requires a callback`);
    const policy = stepPolicy((config ?? {}) as TaskStepConfig, this.#ports.policy);
    const [row, verdict] = this.#reach(name, "do");
    if (verdict.kind === "wait") throw this.#waitFor("retry", verdict.until);
    if (verdict.kind !== "run") return this.#replayed(row as StepRow);
    const execution = this.#execute(name, code as StepCode, policy, verdict);
    const finish = () => {
      this.#finished++;
    };
    const settled = execution.then(finish, (error: unknown) => {
      if (!interruptionIn(error)) finish();
    });
    this.#inFlight.add(settled);
    settled.then(() => this.#inFlight.delete(settled));
    return execution;
  }

  async #sleep(name: string, deadline: () => number): Promise<void> {
    checkStepName(name);
    const { clock, journal } = this.#ports;
    // What cannot be waited for is refused before the journal has a word of it.
    const wakeAt = deadline();
    const [row, verdict] = this.#reach(name, "sleep");
    if (verdict.kind === "wait") throw this.#waitFor("sleep", verdict.until);
    if (verdict.kind !== "run") return void this.#replayed(row as StepRow);
    const now = clock.now();
    if (row) return this.#counted(journal.completed(name, null, now));
    this.#counted(journal.sleeping(name, wakeAt, now));
    if (wakeAt > now) throw this.#waitFor("sleep", wakeAt);
  }

  /** What the journal says of a step that the handler has come to. */
  #reach(name: string, kind: "do" | "sleep") {
    if (this.#stopped) throw this.#stopped;
    if (this.#names.has(name)) throw new DuplicateTaskStepError(name);
    if (this.#names.size >= MAX_STEPS) throw tooManySteps(MAX_STEPS);
    this.#names.add(name);
    const row = this.#ports.journal.get(name);
    const verdict = judgeJournal(kind, markOf(row), this.#ports.clock.now());
    if (verdict.kind === "diverged") throw new TaskReplayDivergedError(name, verdict.detail);
    return [row, verdict] as const;
  }

  #replayed(row: StepRow): unknown {
    this.#settledSeen++;
    if (row.state === "failed") throw journaledError(row.error_name, row.error_message);
    return deserialize(row.result, this.#resultOf(row.step_name));
  }

  async #execute(
    name: string,
    code: StepCode,
    policy: StepPolicy,
    { attempt, retry }: { readonly attempt: number; readonly retry: boolean },
  ): Promise<unknown> {
    const { clock, emit, journal } = this.#ports;
    this.#counted(journal.started(name, attempt, clock.now()));
    if (retry) emit("task:step:retry", { step: name, attempt });
    emit("task:step:started", { step: name, attempt });
    let text: string | null;
    try {
      text = serialize(await this.#run(name, code, policy, attempt), this.#resultOf(name));
    } catch (error) {
      if (this.#stopped) throw this.#stopped;
      if (interruptionIn(error) || isDurableObjectMemoryLimitReset(error)) throw error;
      throw this.#failed(name, error, policy, attempt);
    }
    if (this.#stopped) throw this.#stopped;
    this.#counted(journal.completed(name, text, clock.now()));
    emit("task:step:completed", { step: name, attempt });
    return deserialize(text, this.#resultOf(name));
  }

  /** Records a failed attempt of a step; returns what the handler is to see. */
  #failed(name: string, error: unknown, policy: StepPolicy, attempt: number): unknown {
    const { clock, journal } = this.#ports;
    const now = clock.now();
    const next = afterFailure(error, attempt, policy, now);
    const at = next.kind === "retry" ? next.at : null;
    this.#counted(journal.failed(name, errorRecord(error), at, now));
    return at === null ? error : this.#waitFor("retry", at);
  }

  /** Runs a step's code until it ends, its time is up, or the attempt is stopped. */
  #run(name: string, code: StepCode, policy: StepPolicy, attempt: number): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const controller = new AbortController();
    const forget = afterAtMost(this.#ports.clock, policy.timeoutMs, () => {
      const error = stepTimedOut(name, attempt, policy.timeoutMs);
      controller.abort(error);
      reject(error);
    });
    // Without a reason nobody waits for the result any more.
    this.#running.set(name, (reason) => {
      controller.abort(reason);
      if (reason !== undefined) reject(reason);
    });
    const idempotencyKey = `${this.#ports.runId}:${name}`;
    new Promise((done) => done(code({ attempt, idempotencyKey, signal: controller.signal }))).then(
      resolve,
      reject,
    );
    return promise.finally(() => {
      forget();
      this.#running.delete(name);
    });
  }

  #waitFor(reason: TaskWaitReason, at: number): TaskInterruption {
    if (!this.#wait || at < this.#wait.at) this.#wait = { reason, at };
    return new TaskInterruption("wait");
  }

  /** A write that did not count: the run is another attempt's now, or has ended. */
  #counted(written: boolean): void {
    if (written) return;
    this.stop();
    throw this.#stopped;
  }

  #resultOf(name: string): string {
    return `result of step "${name}" in run "${this.#ports.runId}"`;
  }
}

/** @throws FreeholdError `invalid_task_step`. */
function momentOf(name: string, when: number | Date): number {
  const time = when instanceof Date ? when.getTime() : when;
  if (Number.isFinite(time)) return Math.ceil(time);
  throw invalidStep(`Invalid sleepUntil time for step "${name}": ${time}`);
}
