import type { Clock } from "../clock.ts";
import type { LifecycleJob } from "./job.ts";

interface Run {
  readonly job: LifecycleJob;
  readonly seconds: number;
  /** When it counts as hung, in milliseconds since the Unix epoch. */
  readonly until: number;
}

interface Timer {
  readonly at: number;
  cancel(): void;
}

/**
 * Tells of a job that runs for too long. Jobs run one after the other, and nearly all of them end at
 * once: so one timer serves many, and is set anew only when it has come.
 */
export class HungWatch {
  readonly #clock: Clock;
  readonly #tell: (job: LifecycleJob, seconds: number) => void;
  #run: Run | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, tell: (job: LifecycleJob, seconds: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** A job begins, in the place of the one before it. */
  begin(job: LifecycleJob, seconds: number): void {
    const until = this.#clock.now() + seconds * 1000;
    this.#run = { job, seconds, until };
    if (this.#timer === undefined || this.#timer.at > until) this.#arm(until);
  }

  /** The job has ended; another may begin. */
  end(): void {
    this.#run = undefined;
  }

  /** No other begins: nothing is left that would keep the object awake. */
  stop(): void {
    this.#run = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(at: number): void {
    this.#timer?.cancel();
    const cancel = this.#clock.after(at - this.#clock.now(), () => this.#look());
    this.#timer = { at, cancel };
  }

  #look(): void {
    this.#timer = undefined;
    const run = this.#run;
    if (run === undefined) return;
    if (this.#clock.now() < run.until) {
      this.#arm(run.until);
      return;
    }
    this.#run = undefined;
    this.#tell(run.job, run.seconds);
  }
}
