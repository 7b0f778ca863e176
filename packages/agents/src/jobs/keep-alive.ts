import type { Clock } from "../clock.ts";
import type { LifecycleJobOutcome, LifecycleJobs } from "./job.ts";

const JOB_ID = "cf:keep-alive";
/** Name of the job by which the object is kept awake. */
export const KEEP_ALIVE_FN = "keepAlive";

/** What keeping an agent awake needs. */
export interface KeepAliveHost {
  readonly jobs: LifecycleJobs;
  readonly clock: Clock;
  /** Milliseconds between wake-ups. */
  interval(): number;
}

/**
 * Keeps the object from being put to sleep while someone holds it: a job that comes again and again.
 * References live in memory; after a restart there are none, and the job that is left ends itself.
 */
export class KeepAlive {
  readonly #host: KeepAliveHost;
  #references = 0;
  /** The job of those that hold the object, once it is stored; shared, so that it is pushed once. */
  #pushed: Promise<void> | undefined;

  constructor(host: KeepAliveHost) {
    this.#host = host;
  }

  get references(): number {
    return this.#references;
  }

  /**
   * Holds the object until the returned function is called; calling it again does nothing. When the
   * job cannot be stored, nobody holds it.
   */
  async acquire(): Promise<() => void> {
    this.#references++;
    this.#pushed ??= this.#push();
    try {
      await this.#pushed;
    } catch (error) {
      this.#references--;
      this.#pushed = undefined;
      throw error;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#release();
    };
  }

  async during<T>(body: () => Promise<T>): Promise<T> {
    const release = await this.acquire();
    try {
      return await body();
    } finally {
      release();
    }
  }

  /** The job came: it comes again while somebody holds the object. */
  beat(): LifecycleJobOutcome {
    return this.#references > 0 ? { rescheduleAt: this.#next() } : undefined;
  }

  async #push(): Promise<void> {
    await this.#host.jobs.push({ id: JOB_ID, fn: KEEP_ALIVE_FN, time: this.#next() });
  }

  #release(): void {
    this.#references--;
    if (this.#references > 0) return;
    this.#pushed = undefined;
    // Nobody waits for a release; a job that could not be removed ends itself when it comes.
    this.#host.jobs
      .cancel(JOB_ID)
      .catch((error: unknown) => console.error("keepAlive could not be released:", error));
  }

  #next(): number {
    return this.#host.clock.now() + this.#host.interval();
  }
}
