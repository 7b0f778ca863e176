import type { Entry, RunResult } from "../../worker/notes.ts";

/** One step that the two hosts saw differently; `undefined` where a host has no such step. */
export interface Difference {
  readonly label: string;
  readonly workerd: string | undefined;
  readonly freehold: string | undefined;
  /** Why the difference is meant, where the program declares it. */
  readonly reason?: string;
}

export type Verdict =
  | { readonly status: "passed" }
  | { readonly status: "accepted"; readonly differences: readonly Difference[] }
  | {
      readonly status: "failed";
      readonly differences: readonly Difference[];
      readonly problems: readonly string[];
    };

/**
 * Judges a program by its two traces. It passes when they are equal step by step, in order; it is
 * accepted when every difference is declared; it fails otherwise, also when it threw on either
 * host, when it noted nothing, and when a declared difference is no longer there.
 */
export function compareTraces(
  workerd: RunResult,
  freehold: RunResult,
  accept: Readonly<Record<string, string>> = {},
): Verdict {
  const differences = align(workerd.entries, freehold.entries).map((difference) => {
    const reason = Object.hasOwn(accept, difference.label) ? accept[difference.label] : undefined;
    return reason === undefined ? difference : { ...difference, reason };
  });
  const problems: string[] = [];
  if (workerd.threw !== undefined) problems.push(`threw on workerd: ${workerd.threw}`);
  if (freehold.threw !== undefined) problems.push(`threw on freehold: ${freehold.threw}`);
  if (workerd.entries.length === 0) problems.push("the trace is empty");
  for (const label of Object.keys(accept)) {
    if (!differences.some((difference) => difference.label === label)) {
      problems.push(`the accepted difference "${label}" is no longer there`);
    }
  }
  const unexplained = differences.some(({ reason }) => reason === undefined);
  if (unexplained || problems.length > 0) return { status: "failed", differences, problems };
  return differences.length === 0 ? { status: "passed" } : { status: "accepted", differences };
}

function align(left: readonly Entry[], right: readonly Entry[]): Difference[] {
  const differences: Difference[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const [label, workerd] = left[i] ?? [];
    const [other, freehold] = right[j] ?? [];
    if (label !== undefined && label === other) {
      if (workerd !== freehold) differences.push({ label, workerd, freehold });
      i++;
      j++;
    } else if (label !== undefined && !hasLabel(right, j, label)) {
      differences.push({ label, workerd, freehold: undefined });
      i++;
    } else if (other !== undefined) {
      differences.push({ label: other, workerd: undefined, freehold });
      j++;
    }
  }
  return differences;
}

function hasLabel(entries: readonly Entry[], from: number, label: string): boolean {
  return entries.slice(from).some(([name]) => name === label);
}
