import type { InternalServices } from "../lifecycle/capability.ts";
import { isDurableObjectMemoryLimitReset } from "../retry/platform.ts";
import { Attempt } from "./attempt.ts";
import { MissingTaskDefinitionError } from "./contract-errors.ts";
import type { StepPolicy } from "./decide.ts";
import { interruptionIn } from "./interruption.ts";
import { errorRecord, Journal } from "./journal.ts";
import type { RunRow, RunStore, Settlement } from "./store.ts";
import type { TaskCallbacks, TaskEventType, TaskStep, TaskWaitReason } from "./types.ts";
import { deserialize, serialize } from "./values.ts";
import type { Wakes } from "./wakes.ts";

/** What runs attempts. */
export interface RunnerPorts {
  readonly services: () => InternalServices;
  readonly runs: () => RunStore;
  readonly wakes: Wakes;
  readonly policy: StepPolicy;
  /** The handler of a definition; undefined when there is none. */
  resolve(definition: string): TaskCallbacks[string] | undefined;
  /** A run failed. */
  onError(error: unknown): unknown;
}

/** An attempt that runs in this life of the object. */
export interface LiveAttempt {
  /** Resolves when the attempt has ended or the run waits. Rejects when the memory is used up. */
  readonly done: Promise<void>;
  stop(): void;
}

/** How often a run that is being worked on is looked at: what wakes the object after a crash. */
export const HEARTBEAT_MS = 30_000;
/** What is added to the timeout of a step before another attempt may take the run. */
const CLAIM_SLACK_MS = 30_000;

/** How an attempt ended. */
type Ending =
  | { readonly kind: "settled"; readonly settlement: Settlement; readonly error?: unknown }
  | { readonly kind: "parked"; readonly reason: TaskWaitReason; readonly at: number }
  | { readonly kind: "stopped" };

/** Runs attempts of runs, at most one of each at a time, and records how they end. */
export class TaskRunner {
  readonly #ports: RunnerPorts;
  readonly #live = new Map<string, LiveAttempt>();

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  /** The attempt of a run that is going on. */
  live(runId: string): LiveAttempt | undefined {
    return this.#live.get(runId);
  }

  /**
   * Takes a run and begins an attempt. What is stored of it is stored when this returns; undefined
   * when the run ended instead.
   */
  async begin(row: RunRow): Promise<LiveAttempt | undefined> {
    const { resolve, runs, services, wakes, policy } = this.#ports;
    const { clock, random, sql } = services();
    if (row.cancel_requested) {
      await this.#settle(row, undefined, { state: "cancelled" });
      return undefined;
    }
    const handler = resolve(row.definition);
    if (!handler) {
      await this.#fail(row, undefined, new MissingTaskDefinitionError(row.definition));
      return undefined;
    }
    const generation = random.id();
    const journal = new Journal(sql, row.run_id, generation);
    const wasLost = row.state === "running";
    const interrupted = (wasLost && journal.running()) || null;
    const now = clock.now();
    const attempt = row.attempt + 1;
    runs().claim(row.run_id, generation, now + policy.timeoutMs + CLAIM_SLACK_MS, now);
    const woken = wakes.set(row.run_id, now + HEARTBEAT_MS);
    if (wasLost) {
      const step = interrupted ? { step: interrupted.name } : {};
      this.#emit("task:attempt:interrupted", row, { attempt: row.attempt, ...step });
    }
    this.#emit("task:attempt:started", row, { attempt });
    const steps = this.#stepsOf(row, generation, journal, interrupted);
    const done = this.#attempt(row, generation, handler, steps);
    const live = { done, stop: () => steps.stop() };
    this.#live.set(row.run_id, live);
    await woken;
    return live;
  }

  /** Ends a run that no attempt has. */
  async cancelParked(row: RunRow): Promise<void> {
    await this.#settle(row, undefined, { state: "cancelled" });
  }

  /** Ends a run that used up the memory again and again. */
  async seal(row: RunRow, name: string, message: string): Promise<void> {
    await this.#settle(row, undefined, { state: "failed", name, message });
  }

  #stepsOf(
    row: RunRow,
    generation: string,
    journal: Journal,
    interrupted: TaskStep["interrupted"],
  ): Attempt {
    const { policy, runs, services } = this.#ports;
    const { clock } = services();
    return new Attempt({
      ...{ runId: row.run_id, journal, clock, policy, interrupted, shown: row.status_message },
      show: (message) => runs().status(row.run_id, generation, message, clock.now()),
      emit: (type, step) => this.#emit(type, row, step),
    });
  }

  async #attempt(
    row: RunRow,
    generation: string,
    handler: TaskCallbacks[string],
    steps: Attempt,
  ): Promise<void> {
    // Whoever began the attempt goes on first.
    await Promise.resolve();
    try {
      const ending = await this.#run(row, handler, steps);
      // From here to the writes nothing is awaited: nobody sees a run without its attempt.
      this.#live.delete(row.run_id);
      await this.#end(row, generation, ending, steps);
    } catch (error) {
      if (isDurableObjectMemoryLimitReset(error)) throw error;
      // The claim stands: a later wake-up takes the run again.
      console.error(`Task run "${row.run_id}" was left as it stood:`, error);
    } finally {
      this.#live.delete(row.run_id);
      steps.retire();
    }
  }

  /** Runs the handler from its top. */
  async #run(row: RunRow, handler: TaskCallbacks[string], steps: Attempt): Promise<Ending> {
    const { services } = this.#ports;
    const named = `Task definition "${row.definition}"`;
    try {
      const input = deserialize(row.input, `input for ${named}`);
      const value = await services().runInHostContext(() => handler(input, steps.step));
      const result = serialize(value, `result of ${named}`);
      return { kind: "settled", settlement: { state: "completed", result } };
    } catch (error) {
      if (steps.isStopped) return { kind: "stopped" };
      if (isDurableObjectMemoryLimitReset(error)) throw error;
      if (!interruptionIn(error)) return failedWith(error);
      const { reason, at } = await steps.drain();
      return steps.isStopped ? { kind: "stopped" } : { kind: "parked", reason, at };
    }
  }

  async #end(row: RunRow, generation: string, ending: Ending, steps: Attempt): Promise<void> {
    const { runs, services, wakes } = this.#ports;
    if (ending.kind === "settled") {
      if ("error" in ending) await this.#fail(row, generation, ending.error);
      else await this.#settle(row, generation, ending.settlement);
      return;
    }
    if (ending.kind === "stopped") {
      steps.retire();
      if (runs().get(row.run_id)?.cancel_requested) {
        await this.#settle(row, generation, { state: "cancelled" });
      }
      return;
    }
    const { reason, at } = ending;
    if (!runs().park(row.run_id, generation, reason, at, services().clock.now())) return;
    const woken = wakes.set(row.run_id, at);
    this.#emit("task:waiting", row, { reason, wakeAt: at });
    await woken;
  }

  async #fail(row: RunRow, generation: string | undefined, error: unknown): Promise<void> {
    const { onError, services } = this.#ports;
    const record = errorRecord(error);
    const cleared = this.#settle(row, generation, { state: "failed", ...record });
    if (!cleared) return;
    console.error(`Task run "${row.run_id}" (definition "${row.definition}") failed:`, error);
    try {
      await services().runInHostContext(() => onError(error));
    } catch (thrown) {
      console.error("onError of Tasks failed:", thrown);
    }
    await cleared;
  }

  /**
   * Records the end of a run; undefined when it was taken by another attempt, or had ended. What is
   * returned resolves when nothing wakes for it any more.
   */
  #settle(
    row: RunRow,
    generation: string | undefined,
    settlement: Settlement,
  ): Promise<void> | undefined {
    const { runs, services, wakes } = this.#ports;
    const store = runs();
    if (!store.settle(row.run_id, generation, settlement, services().clock.now())) return undefined;
    const reason = store.get(row.run_id)?.cancel_reason;
    if (!row.retain) store.delete(row.run_id);
    const cleared = wakes.clear(row.run_id);
    if (settlement.state === "completed") this.#emit("task:completed", row, {});
    else if (settlement.state === "failed") {
      this.#emit("task:failed", row, { error: settlement.name });
    } else this.#emit("task:cancelled", row, typeof reason === "string" ? { reason } : {});
    return cleared;
  }

  #emit(type: TaskEventType, { run_id: runId, definition }: RunRow, more: object): void {
    this.#ports.services().events.emit(type, { runId, definition, ...more });
  }
}

function failedWith(error: unknown): Ending {
  return { kind: "settled", settlement: { state: "failed", ...errorRecord(error) }, error };
}
