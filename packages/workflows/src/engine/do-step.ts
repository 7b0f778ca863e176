import { decodeValue } from "@freehold/host";
import { toMilliseconds } from "../duration.ts";
import type { DoRecord, StoredConfig } from "../journal/history.ts";
import type { NewEvent } from "../journal/journal.ts";
import { DELAY_ANSWER_MS, type ErrorDetails, FATAL, instanceErrors, stepErrors } from "../wire.ts";
import { detailsOf, EngineError, isNonRetryable, toError } from "./errors.ts";
import type { Run } from "./run.ts";
import { backoffMs, type StepConfig, type StepContext } from "./step-config.ts";
import { BrokenStream, readStream, type StoredStream, storeStream } from "./stream-output.ts";
import { encodeResult, isTooLarge, NotSerialisable } from "./values.ts";

/** A `step.do` as its program wrote it. */
export interface DoCall {
  readonly name: string;
  readonly count: number;
  /** `name-count` */
  readonly label: string;
  readonly config: StepConfig;
  readonly callback: (context: StepContext) => unknown;
  readonly hasRollback: boolean;
}

/** What so few bytes take of an instance's room is not looked at. */
const SMALL_BYTES = 16 * 1024;

type Result = { readonly value: Uint8Array | undefined } | { readonly stream: StoredStream };

/** One step with code, in one run: from where its record stands to its end. */
export class DoStep {
  readonly #run: Run;
  readonly #call: DoCall;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: Error) => void;
  readonly promise: Promise<unknown>;
  #stored: StoredConfig;

  constructor(run: Run, call: DoCall) {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#run = run;
    this.#call = call;
    this.#stored = call.config.stored;
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    const record = this.#run.visit("do", this.#call.label) as DoRecord | undefined;
    // What was said when the step began stays.
    if (record !== undefined) this.#stored = record.config;
    if (record === undefined) queueMicrotask(() => this.#run.start(() => this.#first()));
    else if (record.state === "retrying") this.#retryAt(record.until ?? 0, record.attempt + 1);
    else if (record.state === "attempting") this.#run.start(() => this.#takeUp(record));
    else this.#settle(record.settled ?? record.started, record);
  }

  /** What the step returned, for its rollback. */
  output(): unknown {
    const record = this.#run.host.history.get("do", this.#call.label) as DoRecord | undefined;
    return record?.state === "completed" ? this.#valueOf(record) : undefined;
  }

  #first(): void {
    const { host } = this.#run;
    if (host.history.steps >= host.stepLimit) {
      this.#reject(toError(stepErrors.limit(host.stepLimit)));
      return;
    }
    const { label, hasRollback } = this.#call;
    const note = { config: this.#stored, ...(hasRollback && { hasRollback }) };
    this.#attempt(1, { type: "step_started", step: label, note });
  }

  /** An attempt that had begun, and of whose end nothing is known: it counts. */
  #takeUp({ attempt }: DoRecord): void {
    this.#run.enter();
    void this.#failed(attempt, stepErrors.interrupted(), toError(stepErrors.interrupted()));
  }

  #attempt(attempt: number, ...before: NewEvent[]): void {
    const { label } = this.#call;
    this.#run.append(...before, { type: "attempt_started", step: label, note: { attempt } });
    this.#run.enter();
    // Should the code end the process, the attempt must be on record: it counts.
    this.#run.host.onRecord(() => {
      if (!this.#run.isOver) void this.#try(attempt);
    });
  }

  async #try(attempt: number): Promise<void> {
    let outcome: { readonly result: Result } | { readonly thrown: unknown };
    try {
      const result = await this.#result(attempt);
      if (result === undefined) return;
      outcome = { result };
    } catch (thrown) {
      outcome = { thrown };
    }
    if (this.#run.isOver) return;
    if ("result" in outcome) this.#completed(attempt, outcome.result);
    else await this.#threw(attempt, outcome.thrown);
  }

  /** Runs the step's code. `undefined` when nobody wants to know any more. */
  async #result(attempt: number): Promise<Result | undefined> {
    const { label } = this.#call;
    const returned = await this.#inTime(() => this.#code(attempt));
    if (this.#run.isOver) return undefined;
    if (returned instanceof ReadableStream) {
      const { journal } = this.#run.host;
      const stream = await storeStream(journal, label, attempt, returned, () => this.#run.isOver);
      return stream && { stream };
    }
    const value = encodeResult(returned);
    if (isTooLarge(value)) throw new EngineError(stepErrors.tooLarge(label));
    const { journal } = this.#run.host;
    if (
      value !== undefined &&
      value.byteLength > SMALL_BYTES &&
      !journal.hasRoom(value.byteLength)
    ) {
      throw new EngineError(stepErrors.stateTooLarge(label, journal.maxBytes));
    }
    return { value };
  }

  #code(attempt: number): unknown {
    const { label, callback } = this.#call;
    const mocked = this.#run.host.mocks?.attempt(label);
    if (mocked === undefined) return callback(this.#context(attempt));
    if (mocked.kind === "result") return mocked.value;
    throw new EngineError(mocked.kind === "error" ? mocked.error : this.#timedOut());
  }

  #context(attempt: number): StepContext {
    const { name, count } = this.#call;
    return { step: { name, count }, attempt, config: structuredClone(this.#stored) };
  }

  #timedOut(): ErrorDetails {
    return stepErrors.timedOut(toMilliseconds(this.#stored.timeout) ?? 0);
  }

  #inTime(code: () => unknown): Promise<unknown> {
    const ms = toMilliseconds(this.#stored.timeout) ?? 0;
    return new Promise((resolve, reject) => {
      const late = () => reject(new EngineError(this.#timedOut()));
      const timer = this.#run.host.after(ms, late);
      const end = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          timer.cancel();
          settle(value);
        };
      };
      new Promise((started) => {
        started(code());
      }).then(end(resolve), end(reject));
    });
  }

  #completed(attempt: number, result: Result): void {
    const { label } = this.#call;
    const isStream = "stream" in result;
    const [, ended] = this.#run.append(
      { type: "attempt_completed", step: label, note: { attempt } },
      {
        type: "step_completed",
        step: label,
        ...(isStream && { note: { attempt, stream: result.stream } }),
        ...(!isStream && result.value && { value: result.value }),
      },
    );
    const order = ended?.id ?? 0;
    if (isStream) {
      const { journal } = this.#run.host;
      this.#release(order, () => this.#resolve(readStream(journal, label, attempt, result.stream)));
    } else this.#release(order, () => this.#resolve(decoded(result.value)));
    this.#run.leave();
  }

  async #threw(attempt: number, thrown: unknown): Promise<void> {
    const { name } = this.#call;
    if (thrown instanceof NotSerialisable) {
      this.#fatal(attempt, stepErrors.notSerialisable(name), instanceErrors.notSerialisable(name));
      return;
    }
    if (thrown instanceof BrokenStream) {
      const details = stepErrors.brokenStream(detailsOf(thrown).message);
      this.#fatal(attempt, details, instanceErrors.brokenStream(name, details.message));
      return;
    }
    const details = thrown instanceof EngineError ? thrown.details : detailsOf(thrown);
    await this.#failed(attempt, details, thrown instanceof Error ? thrown : toError(details));
  }

  /** Decides what comes after an attempt that failed. */
  async #failed(attempt: number, error: ErrorDetails, thrown: Error): Promise<void> {
    const { label } = this.#call;
    if (isNonRetryable(error)) {
      this.#giveUp(attempt, stepErrors.nonRetryable(error.message), error);
      return;
    }
    if (error.name === FATAL || attempt > this.#stored.retries.limit) {
      this.#giveUp(attempt, error, error);
      return;
    }
    const delay = await this.#delay(attempt, thrown);
    if (this.#run.isOver) return;
    if (typeof delay !== "number") {
      this.#giveUp(attempt, error, delay);
      return;
    }
    const note = { attempt, error, retryDelayMs: delay };
    const [event] = this.#run.append({ type: "attempt_errored", step: label, note });
    this.#retryAt((event?.at ?? 0) + delay, attempt + 1);
    this.#run.leave();
  }

  /** Milliseconds until the next attempt, or why there is none. */
  async #delay(attempt: number, error: Error): Promise<number | ErrorDetails> {
    const { label, config } = this.#call;
    if (this.#run.host.mocks?.isRetryDelayDisabled(label)) return 0;
    if (this.#stored.retries.delay !== undefined) return backoffMs(this.#stored.retries, attempt);
    const { delay } = config;
    if (delay === undefined) return stepErrors.delayInvalid(label);
    const late = stepErrors.delayLate(label);
    const limit = Promise.withResolvers<never>();
    const timer = this.#run.host.after(DELAY_ANSWER_MS, () => limit.reject(new EngineError(late)));
    try {
      const answer = (async () => delay({ ctx: this.#context(attempt), error }))();
      const base = toMilliseconds(await Promise.race([answer, limit.promise]));
      if (base === undefined || base < 0) return stepErrors.delayInvalid(label);
      return backoffMs({ ...this.#stored.retries, delay: base }, attempt);
    } catch (thrown) {
      if (thrown instanceof EngineError) return thrown.details;
      return stepErrors.delayThrew(label, detailsOf(thrown).message);
    } finally {
      timer.cancel();
    }
  }

  #retryAt(until: number, attempt: number): void {
    this.#run.wait({ until, onDue: () => this.#attempt(attempt) });
  }

  #giveUp(attempt: number, attemptError: ErrorDetails, error: ErrorDetails): void {
    const { label } = this.#call;
    const [, ended] = this.#run.append(
      { type: "attempt_errored", step: label, note: { attempt, error: attemptError } },
      { type: "step_errored", step: label, note: { error } },
    );
    this.#release(ended?.id ?? 0, () => this.#reject(toError(error)));
    this.#run.leave();
  }

  #fatal(attempt: number, attemptError: ErrorDetails, error: ErrorDetails): void {
    const { label } = this.#call;
    this.#run.append(
      { type: "attempt_errored", step: label, note: { attempt, error: attemptError } },
      { type: "step_errored", step: label, note: { error } },
    );
    this.#run.leave();
    this.#run.host.onFatal(error);
  }

  #settle(order: number, record: DoRecord): void {
    this.#release(order, () => {
      if (record.state === "completed") this.#resolve(this.#valueOf(record));
      else this.#reject(toError(record.error ?? stepErrors.interrupted()));
    });
  }

  #valueOf(record: DoRecord): unknown {
    const { journal } = this.#run.host;
    const { stream, attempt, settled = 0 } = record;
    if (stream !== undefined) return readStream(journal, this.#call.label, attempt, stream);
    return journal.value(settled);
  }

  #release(order: number, act: () => void): void {
    this.#run.releases.add(order, () => {
      if (!this.#run.isOver) act();
    });
  }
}

function decoded(bytes: Uint8Array | undefined): unknown {
  return bytes === undefined ? undefined : decodeValue(bytes);
}
