import type { Scalar } from "../request-options.ts";
import type { Budget } from "../settings.ts";

/** A budget for somebody, at a time. */
export interface Account {
  readonly budget: Budget;
  /** Whose it is, as it is stored. */
  readonly scope: string;
  /** Beginning of the window, in seconds since 1970. */
  readonly window: number;
}

export interface Spent {
  readonly tokens: number;
  readonly cost: number;
}

/** The budgets that a request counts for. One whose metadata entry is missing has none for it. */
export function accountsOf(
  budgets: readonly Budget[],
  who: { readonly key: string; readonly metadata: Readonly<Record<string, Scalar>> },
  nowMs: number,
): Account[] {
  return budgets.flatMap((budget) => {
    const { per = "gateway", interval } = budget;
    const subject = subjectOf(per, who);
    if (subject === undefined) return [];
    const window = Math.floor(nowMs / 1000 / interval) * interval;
    return [{ budget, scope: `${per}:${subject}:${interval}`, window }];
  });
}

function subjectOf(
  per: string,
  { key, metadata }: { readonly key: string; readonly metadata: Readonly<Record<string, Scalar>> },
): string | undefined {
  if (per === "gateway") return "";
  if (per === "key") return key;
  const name = per.slice("metadata.".length);
  return Object.hasOwn(metadata, name) ? String(metadata[name]) : undefined;
}

export function isSpent({ tokens, cost }: Budget, spent: Spent): boolean {
  return (
    (tokens !== undefined && spent.tokens >= tokens) || (cost !== undefined && spent.cost >= cost)
  );
}
