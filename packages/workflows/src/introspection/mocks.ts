import { detailsOf } from "../engine/errors.ts";
import type { MockedAttempt, Mocks } from "../engine/mocks.ts";

/** A step as a test names it: `index` is which of that name, from 1. Default 1. */
export interface StepName {
  readonly name: string;
  readonly index?: number;
}

/** An event as a test makes it up. */
export interface MockedEvent {
  readonly type: string;
  readonly payload: unknown;
}

/** What a test changes of an instance. */
export interface Modifier {
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

interface MockedStep {
  readonly attempt: MockedAttempt;
  timesLeft: number;
}

/** What a test has changed of one instance. Kept in memory, for as long as the test wants it. */
export class InstanceMocks implements Mocks, Modifier {
  readonly #sleeps = new Set<string>();
  readonly #delays = new Set<string>();
  readonly #timedOut = new Set<string>();
  readonly #steps = new Map<string, MockedStep[]>();
  readonly #onEvent: (event: MockedEvent) => Promise<void>;
  #hasNoSleeps = false;
  #hasNoDelays = false;

  /** @param onEvent puts an event before the program */
  constructor(onEvent: (event: MockedEvent) => Promise<void>) {
    this.#onEvent = onEvent;
  }

  isSleepDisabled(label: string): boolean {
    return this.#hasNoSleeps || this.#sleeps.has(label);
  }

  isRetryDelayDisabled(label: string): boolean {
    return this.#hasNoDelays || this.#delays.has(label);
  }

  isEventTimedOut(label: string): boolean {
    return this.#timedOut.has(label);
  }

  attempt(label: string): MockedAttempt | undefined {
    const mocked = this.#steps.get(label)?.find(({ timesLeft }) => timesLeft > 0);
    if (mocked === undefined) return undefined;
    mocked.timesLeft -= 1;
    return mocked.attempt;
  }

  async disableSleeps(steps?: readonly StepName[]): Promise<void> {
    if (steps === undefined) this.#hasNoSleeps = true;
    for (const step of steps ?? []) this.#sleeps.add(labelOf(step));
  }

  async disableRetryDelays(steps?: readonly StepName[]): Promise<void> {
    if (steps === undefined) this.#hasNoDelays = true;
    for (const step of steps ?? []) this.#delays.add(labelOf(step));
  }

  async mockStepResult(step: StepName, result: unknown): Promise<void> {
    this.#mock(step, { kind: "result", value: result }, Number.POSITIVE_INFINITY);
  }

  async mockStepError(
    step: StepName,
    error: Error,
    times: number = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    this.#mock(step, { kind: "error", error: detailsOf(error) }, times);
  }

  async forceStepTimeout(step: StepName, times: number = Number.POSITIVE_INFINITY): Promise<void> {
    this.#mock(step, { kind: "timeout" }, times);
  }

  async mockEvent(event: MockedEvent): Promise<void> {
    await this.#onEvent(event);
  }

  async forceEventTimeout(step: StepName): Promise<void> {
    this.#timedOut.add(labelOf(step));
  }

  #mock(step: StepName, attempt: MockedAttempt, times: number): void {
    const label = labelOf(step);
    const before = this.#steps.get(label) ?? [];
    this.#steps.set(label, [...before, { attempt, timesLeft: times }]);
  }
}

export function labelOf({ name, index = 1 }: StepName): string {
  return `${name}-${index}`;
}
