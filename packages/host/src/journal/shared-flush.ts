import type { JournalSequence } from "./journal.ts";
import type { SyncPlace } from "./log-syncs.ts";

interface Flush {
  /** Everything committed up to this sequence is durable when the flush is done. */
  upTo: JournalSequence;
  readonly done: Promise<void>;
}

export interface SharedFlushOptions {
  /**
   * Makes everything durable that was committed before the call; `undefined` when that is done.
   *
   * @param place where it may be made
   */
  flush(place: SyncPlace): Promise<void> | undefined;
  /**
   * Told once, when a flush failed; answers with the error that everybody who waits receives. No flush is
   * tried after that.
   */
  onFailure(error: Error): Error;
  /**
   * The error of those who wait, for a failure that came before anything was synced and left all as it
   * was: the next who waits tries again. Default: there are none.
   */
  passing?(error: unknown): Error | undefined;
  /** Calls what it is given, once, when a flush may begin. Default at once. */
  begin?(begin: (place: SyncPlace) => void): void;
}

/**
 * Makes the commits of one file durable, several at a time: at most one flush is in flight, and all
 * commits that arrive meanwhile share the next one. So do those that arrive before it has begun.
 */
export class SharedFlush {
  readonly #options: SharedFlushOptions;
  #committed: JournalSequence = 0;
  #durable: JournalSequence = 0;
  #running: Flush | undefined;
  #next: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(options: SharedFlushOptions) {
    this.#options = options;
  }

  /** The number of the last commit. */
  get committed(): JournalSequence {
    return this.#committed;
  }

  /** The flush in flight. */
  get running(): Promise<void> | undefined {
    return this.#running?.done;
  }

  /** Everything committed is durable. */
  get isSettled(): boolean {
    return this.#durable >= this.#committed;
  }

  /** A flush has succeeded. */
  get hasFlushed(): boolean {
    return this.#durable > 0;
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

  /** A sync of the same file has failed elsewhere: none is tried any more. */
  fail(cause: unknown): void {
    if (this.#failure === undefined) this.#fail(cause);
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
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const flush = { upTo: Number.POSITIVE_INFINITY, done: promise };
    this.#running = flush;
    const done = () => {
      this.#running = undefined;
      this.#durable = Math.max(this.#durable, flush.upTo);
      resolve();
    };
    const failed = (cause: unknown) => {
      this.#running = undefined;
      reject(this.#options.passing?.(cause) ?? this.#fail(cause));
    };
    const begin = (place: SyncPlace) => {
      flush.upTo = this.#committed;
      try {
        const flushed = this.#options.flush(place);
        if (flushed === undefined) done();
        else flushed.then(done, failed);
      } catch (error) {
        failed(error);
      }
    };
    if (this.#options.begin === undefined) begin("thread");
    else this.#options.begin(begin);
    return promise;
  }

  #fail(cause: unknown): Error {
    this.#failure = cause instanceof Error ? cause : new Error(String(cause));
    this.#failure = this.#options.onFailure(this.#failure);
    return this.#failure;
  }
}
