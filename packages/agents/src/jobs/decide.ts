/** Decisions about jobs, as pure functions of what is stored and the time. */

/** Seconds after which a run counts as hung when a job does not say. */
export const DEFAULT_HUNG_SECONDS = 30;

/** What is stored of a job's present run. */
export interface RunMark {
  readonly singleflight: boolean;
  readonly running: boolean;
  /** Milliseconds; null when a run was marked without its start. */
  readonly startedAt: number | null;
  readonly hungTimeoutSeconds: number;
}

/** `run` it, `skip` it because it still runs, or run it after `reset` because that run is lost. */
export type Admission =
  | { readonly kind: "run" }
  | { readonly kind: "skip" }
  | { readonly kind: "reset"; readonly startedSecondsAgo: number };

/** Whether a due job may run now. A run whose start is unknown counts as lost. */
export function admit(mark: RunMark, now: number): Admission {
  if (!mark.singleflight || !mark.running) return { kind: "run" };
  const elapsed = now - (mark.startedAt ?? 0);
  if (elapsed < mark.hungTimeoutSeconds * 1000) return { kind: "skip" };
  return { kind: "reset", startedSecondsAgo: Math.floor(elapsed / 1000) };
}

/** Due jobs of one owner at which a backlog is worth a warning. */
const BACKLOG = 10;

/** Owners with a backlog, and how many jobs of theirs are due. */
export function backlogs(owners: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count >= BACKLOG));
}
