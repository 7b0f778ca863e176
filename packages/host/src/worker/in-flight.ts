/** Counts what is under way: events, and what they asked to wait for. */
export class InFlight {
  readonly #report: (error: unknown) => void;
  #count = 0;
  #idle: (() => void)[] = [];

  /** @param report is told of rejections of promises that were waited for. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  waitUntil(promise: unknown): void {
    this.begin();
    Promise.resolve(promise)
      .catch(this.#report)
      .finally(() => this.end());
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }
}
