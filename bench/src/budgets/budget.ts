import { formatTable } from "@freehold/conformance";
import type { Figures } from "../harness/scenario.ts";
import { round } from "../harness/stats.ts";

/** The most that one figure may be. */
export interface Limit {
  readonly figure: string;
  readonly most: number;
}

/** What a budget gets. */
export interface BudgetContext {
  readonly say: (line: string) => void;
  /** A file for the servers' output. */
  readonly log: string | undefined;
}

/** Something that our host has to do within limits, whatever others do. */
export interface Budget {
  readonly name: string;
  readonly about: string;
  readonly limits: readonly Limit[];
  readonly run: (context: BudgetContext) => Promise<Figures>;
}

/** A figure held against its limit. */
export interface Check extends Limit {
  readonly value: number | null;
  /** Value by limit: at most 1 when the limit is kept. */
  readonly ratio: number | null;
  readonly isMet: boolean;
}

export interface Outcome {
  readonly name: string;
  readonly isMet: boolean;
  readonly checks: readonly Check[];
  readonly figures: Figures;
}

/** Holds the figures of a run against the limits. A figure that is missing keeps none. */
export function judge({ name, limits }: Budget, figures: Figures): Outcome {
  const checks = limits.map((limit) => check(limit, figures[limit.figure]));
  return { name, isMet: checks.every(({ isMet }) => isMet), checks, figures };
}

function check(limit: Limit, value: unknown): Check {
  if (typeof value !== "number") return { ...limit, value: null, ratio: null, isMet: false };
  return { ...limit, value, ratio: round(value / limit.most), isMet: value <= limit.most };
}

export function formatOutcome(budget: Budget, { checks, figures }: Outcome): string {
  const rows = Object.entries(figures).map(([figure, value]) => [figure, String(value ?? "-")]);
  const verdicts = checks.map(({ figure, most, value, ratio, isMet }) => {
    const verdict = isMet ? "pass" : "SHORT";
    return `${verdict}: ${figure} ${value ?? "-"}, limit ${most}, ratio ${ratio ?? "-"}`;
  });
  const title = `${budget.name}: ${budget.about}`;
  return [title, formatTable(["", "ours"], rows), ...verdicts, ""].join("\n");
}
