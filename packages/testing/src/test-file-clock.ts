/** Milliseconds, or text such as `"1d"`, `"2 hours"`, `"90s"` or `"250ms"`. */
export type Duration = number | string;

/** The clock of the Worker and its objects, owned by the test file. */
export interface TestFileClock {
  /** Whether it stands still. It does once a test has moved it. */
  readonly isPaused: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Moves time on. Everything that falls due on the way runs at its own time and in order: alarms with
   * their retries, timers of the Worker and its objects, hibernation and eviction, expiry. What each of
   * them starts comes to rest before the next. From then on the clock stands still until it is moved or
   * resumed.
   *
   * @throws FreeholdError `DURATION_INVALID`
   */
  advance(duration: Duration): Promise<void>;
  /**
   * Moves time on to a moment, as {@link advance} does.
   *
   * @throws FreeholdError `TIME_INVALID`, `CLOCK_BACKWARDS`
   */
  set(time: Date | number | string): Promise<void>;
  /**
   * Moves time on, from one thing due to the next, until a condition holds.
   *
   * @param options `within`: how far at most. Default `"1d"`.
   * @throws FreeholdError `CONDITION_UNMET` when it does not come to hold within that time
   */
  until(condition: () => unknown, options?: { readonly within?: Duration }): Promise<void>;
  /** Lets everything come to rest that needs no time. */
  settle(): Promise<void>;
  /** Makes time stand still. */
  pause(): void;
  /** Lets time pass by itself again, from where it stands. */
  resume(): void;
}
