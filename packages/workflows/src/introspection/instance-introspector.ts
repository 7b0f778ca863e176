import type { RemoteInstance } from "../binding/reach.ts";
import { toError } from "../engine/errors.ts";
import { isFinished } from "../engine/record.ts";
import type { EventPage } from "../engine/standing.ts";
import type { ErrorDetails, Status } from "../wire.ts";
import { type InstanceMocks, labelOf, type Modifier, type StepName } from "./mocks.ts";

/** How an introspector reaches its instance. */
export interface IntrospectedInstance {
  readonly mocks: InstanceMocks;
  readonly remote: RemoteInstance;
  /** The next thing that happens to the instance. */
  next(): { readonly notice: Promise<void>; cancel(): void };
  /** Takes the mocks away, and the instance. */
  dispose(): Promise<void>;
}

/** Looks into one instance, and changes it, for a test. */
export class InstanceIntrospector {
  readonly #instance: IntrospectedInstance;

  constructor(instance: IntrospectedInstance) {
    this.#instance = instance;
  }

  /** Changes what the instance does. To be called before the instance is made. */
  async modify(change: (modifier: Modifier) => Promise<void> | void): Promise<void> {
    await change(this.#instance.mocks);
  }

  /** What a step returned, once it has. Throws what it failed with. */
  async waitForStepResult(step: StepName): Promise<unknown> {
    const label = labelOf(step);
    return await this.#until(async ({ status, events }) => {
      for (const { id, type, step: name, note } of events) {
        if (name !== label) continue;
        if (type === "step_errored" || type === "wait_timed_out") {
          throw toError(note?.error ?? notReached(label));
        }
        if (ENDS.has(type)) return { value: await this.#instance.remote.value(id) };
      }
      if (isFinished(status)) throw toError(notReached(label));
      return undefined;
    });
  }

  /** Resolves when the instance has a status. Rejects when it has ended with another one. */
  async waitForStatus(wanted: Status): Promise<void> {
    await this.#until(async ({ status }) => {
      if (status === wanted) return { value: undefined };
      if (!isFinished(status)) return undefined;
      throw new Error(`The instance has ended as "${status}", not "${wanted}".`);
    });
  }

  /** What the instance returned. Throws when it has not ended well. */
  async getOutput(): Promise<unknown> {
    const state = await this.#instance.remote.state();
    if (state?.status === "complete") return state.output;
    throw new Error(`The instance has no output: it is "${state?.status ?? "unknown"}".`);
  }

  /** What the instance failed with. Throws when it has not failed. */
  async getError(): Promise<ErrorDetails> {
    const state = await this.#instance.remote.state();
    if (state?.error !== undefined) return state.error;
    throw new Error(`The instance has no error: it is "${state?.status ?? "unknown"}".`);
  }

  /** Takes back all changes, and deletes the instance, so that another test may use its id. */
  async dispose(): Promise<void> {
    await this.#instance.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** Looks again whenever something has happened. */
  async #until<T>(
    look: (page: EventPage) => Promise<{ readonly value: T } | undefined>,
  ): Promise<T> {
    for (;;) {
      const { notice, cancel } = this.#instance.next();
      const page = await this.#instance.remote.events(0, Number.MAX_SAFE_INTEGER);
      const found = page && (await look(page));
      if (found !== undefined) {
        cancel();
        return found.value;
      }
      await notice;
    }
  }
}

const ENDS: ReadonlySet<string> = new Set(["step_completed", "sleep_completed", "wait_completed"]);

function notReached(label: string): ErrorDetails {
  return { name: "Error", message: `The instance has ended, and no step ${label} has.` };
}
