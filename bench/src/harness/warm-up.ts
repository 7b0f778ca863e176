/** So much is not measured at first. */
const LEAST_MS = 500;
/** V8 compiles in steps what is called often. The last that matters is behind a few thousand calls. */
const CALLS = 5000;
const MOST_MS = 20_000;

/**
 * Says when a server is warm: after half a second and 5,000 answers, but 20 seconds at most. To be made
 * when the load begins.
 */
export class WarmUp {
  readonly #began: number;
  #answers = 0;

  constructor(now: number) {
    this.#began = now;
  }

  /** To be told of all answers. Whether what comes now is to be measured. */
  isOver(now: number, answers = 1): boolean {
    this.#answers += answers;
    return now - this.#began >= (this.#answers < CALLS ? MOST_MS : LEAST_MS);
  }
}
