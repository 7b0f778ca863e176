import type { JournalSequence } from "./journal.ts";

interface Flush {
  /** Everything committed up to this sequence is durable when the flush is done. */
  readonly upTo: JournalSequence;
  readonly done: Promise<void>;
}

/**
 * Makes the commits of one file durable, several at a time: at most one flush is in flight, and all
 * commits that arrive meanwhile share the next one.
 *
 * @param flush makes everything durable that was committed before the call.
 * @param onFailure told once, when a flush failed; answers with the error that everybody who waits
 * receives. No flush is tried after that.
 * @param passing the error of those who wait, for a failure that came before anything was synced and
 * left all as it was: the next who waits tries again. Default: there are none.
 */
export class SharedFlush {
  readonly #flush: () => Promise<void>;
  readonly #onFailure: (error: Error) => Error;
  readonly #passing: (error: unknown) => Error | undefined;
  #committed: JournalSequence = 0;
  #durable: JournalSequence = 0;
  #running: Flush | undefined;
  #next: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(
    flush: () => Promise<void>,
    onFailure: (error: Error) => Error,
    passing: (error: unknown) => Error | undefined = () => undefined,
  ) {
    this.#flush = flush;
    this.#onFailure = onFailure;
    this.#passing = passing;
  }

  /** The number of the last commit. */
  get committed(): JournalSequence {
    return this.#committed;
  }

  /** The flush in flight. */
  get running(): Promise<void> | undefined {
    return this.#running?.done;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Counts one commit. */
  commit(): JournalSequence {
    this.#committed += 1;
    return this.#committed;
  }

  /** Everything committed so far became durable by another way, such as a checkpoint. */
  settle(): void {
    this.#durable = this.#committed;
  }

  /** Resolves when the commit is durable; `undefined` when it is. */
  wait(sequence: JournalSequence): Promise<void> | undefined {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (sequence <= this.#durable) return undefined;
    const running = this.#running;
    if (running === undefined) return this.#start();
    if (sequence <= running.upTo) return running.done;
    const next = () => {
      this.#next = undefined;
      return this.#failure === undefined ? this.#start() : Promise.reject(this.#failure);
    };
    this.#next ??= running.done.then(next, next);
    return this.#next;
  }

  #start(): Promise<void> {
    const upTo = this.#committed;
    const done = this.#flush().then(
      () => {
        this.#running = undefined;
        this.#durable = Math.max(this.#durable, upTo);
      },
      (cause: unknown) => {
        this.#running = undefined;
        throw this.#passing(cause) ?? this.#fail(cause);
      },
    );
    this.#running = { upTo, done };
    return done;
  }

  #fail(cause: unknown): Error {
    this.#failure = cause instanceof Error ? cause : new Error(String(cause));
    this.#failure = this.#onFailure(this.#failure);
    return this.#failure;
  }
}
