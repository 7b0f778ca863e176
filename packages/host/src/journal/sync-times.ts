/** For so long the event loop may wait for the disk, as a rule. In milliseconds. */
const QUICK_MS = 0.5;
/** What a disk is thought to take before it was measured: some 25 syncs pass before it counts as quick. */
const UNKNOWN_MS = 2;
/** How much the last sync counts in the average. */
const WEIGHT = 1 / 16;

/** How long syncs of one kind take, by an average over the last ones. */
export class SyncTimes {
  #average = UNKNOWN_MS;

  took(milliseconds: number): void {
    this.#average += (milliseconds - this.#average) * WEIGHT;
  }

  /** Whether the event loop may wait for so many. */
  isQuick(count: number): boolean {
    return count * this.#average < QUICK_MS;
  }
}
