import type { TestHost } from "freehold/runtime";
import type { SentEmails } from "./emails.ts";
import { notRunning } from "./errors.ts";

/** The Worker under test. */
export interface RunningWorker {
  readonly host: TestHost;
  /** Classes whose objects tests may not evict. */
  readonly keptClasses: ReadonlySet<string>;
  /** What it sent. */
  readonly emails: SentEmails;
}

const running: RunningWorker[] = [];

/**
 * The Worker that was started last and still runs.
 *
 * @throws FreeholdError `NO_TEST_HOST`
 */
export function runningWorker(): RunningWorker {
  const last = running.at(-1);
  if (last === undefined) throw notRunning();
  return last;
}

/** @returns takes it away again. */
export function begin(worker: RunningWorker): () => void {
  running.push(worker);
  return () => {
    const place = running.indexOf(worker);
    if (place >= 0) running.splice(place, 1);
  };
}
