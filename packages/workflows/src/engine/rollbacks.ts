import type { StepConfig, StepContext } from "./step-config.ts";

/** What a rollback handler gets. */
export interface RollbackInput {
  readonly ctx: StepContext;
  readonly error: Error;
  readonly output: unknown;
  readonly stepName: string;
}

export type RollbackHandler = (input: RollbackInput) => unknown;

/** How a step is undone. */
export interface Rollback {
  readonly label: string;
  readonly name: string;
  readonly count: number;
  readonly handler: RollbackHandler;
  readonly config: StepConfig;
  /** What the step returned; `undefined` when it failed. */
  output(): unknown;
}

/** The rollbacks that a run's steps have registered, in the order in which the steps began. */
export class Rollbacks {
  readonly #registered: Rollback[] = [];

  add(rollback: Rollback): void {
    this.#registered.push(rollback);
  }

  /** The newest first. */
  get newestFirst(): readonly Rollback[] {
    return [...this.#registered].reverse();
  }
}
