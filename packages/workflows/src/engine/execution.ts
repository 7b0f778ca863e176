import { type ErrorDetails, instanceErrors, MAX_OUTPUT_BYTES } from "../wire.ts";
import { detailsOf, isNonRetryable } from "./errors.ts";
import type { Schedule } from "./record.ts";
import { Rollbacks } from "./rollbacks.ts";
import { Run, type RunHost } from "./run.ts";
import { WorkflowStep } from "./workflow-step.ts";

/** What a program is told of its instance. */
export interface WorkflowEvent {
  readonly timestamp: Date;
  readonly payload: unknown;
  readonly instanceId: string;
  readonly workflowName: string;
  readonly schedule?: Schedule;
}

/** How a program ended. */
export type Ending =
  /** JSON, as programs get it from `status()`. */
  | { readonly kind: "complete"; readonly output: unknown }
  /** @param cause what it threw, for rollbacks */
  | { readonly kind: "errored"; readonly error: ErrorDetails; readonly cause: ErrorDetails };

export interface ExecutionHost extends RunHost {
  /** Makes the program's object. Throws what its constructor throws. */
  makeProgram(): unknown;
  event(): WorkflowEvent;
  onEnd(ending: Ending): void;
}

/** A program that runs: the user's class, with the run that its steps belong to. */
export class Execution {
  readonly run: Run;
  readonly #host: ExecutionHost;
  #hasEnded = false;

  constructor(host: ExecutionHost) {
    this.#host = host;
    this.run = new Run(host, new Rollbacks());
  }

  /** The program has returned or thrown; its rollbacks may still be running. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Runs the program from the top. */
  begin(): void {
    void this.#execute().then((ending) => {
      if (this.run.isOver || this.#hasEnded) return;
      this.#hasEnded = true;
      this.run.checkReplay();
      this.#host.onEnd(ending);
    });
  }

  async #execute(): Promise<Ending> {
    try {
      const program = this.#host.makeProgram();
      const { run } = program as { run(event: object, step: object): unknown };
      const step = new WorkflowStep(this.run);
      const returned = await Reflect.apply(run, program, [this.#host.event(), step]);
      const text = JSON.stringify(returned) as string | undefined;
      if (text === undefined) return { kind: "complete", output: null };
      if (Buffer.byteLength(text) > MAX_OUTPUT_BYTES) {
        const error = instanceErrors.outputTooLarge();
        return { kind: "errored", error, cause: error };
      }
      return { kind: "complete", output: JSON.parse(text) as unknown };
    } catch (thrown) {
      const cause = detailsOf(thrown);
      return { kind: "errored", error: endOf(cause), cause };
    }
  }
}

/** What an instance fails with whose program threw something. */
export function endOf(cause: ErrorDetails): ErrorDetails {
  return isNonRetryable(cause) ? instanceErrors.nonRetryable() : cause;
}
