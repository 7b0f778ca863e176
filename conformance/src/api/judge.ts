import type { ApiDifference } from "./surface.ts";

/** Says what a difference is: a later room's work, or meant. */
export type Mark =
  | { readonly match: string; readonly owner: string }
  | { readonly match: string; readonly deliberate: string };

/** A difference with the first mark that fits it; none means a bug. */
export interface MarkedDifference extends ApiDifference {
  readonly mark: Mark | undefined;
}

export interface ApiReport {
  readonly differences: readonly MarkedDifference[];
  readonly bugs: readonly MarkedDifference[];
  /** Marks that no difference needs any more. */
  readonly unused: readonly string[];
}

/** Gives each difference its mark. In `match`, `*` stands for any run of characters. */
export function markDifferences(
  differences: readonly ApiDifference[],
  marks: readonly Mark[],
): ApiReport {
  const patterns = marks.map((mark) => ({ mark, pattern: toPattern(mark.match) }));
  const marked = differences.map((difference) => ({
    ...difference,
    mark: patterns.find(({ pattern }) => pattern.test(difference.id))?.mark,
  }));
  const used = new Set(marked.map(({ mark }) => mark));
  return {
    differences: marked,
    bugs: marked.filter(({ mark }) => mark === undefined),
    unused: marks.filter((mark) => !used.has(mark)).map(({ match }) => match),
  };
}

function toPattern(match: string): RegExp {
  const parts = match.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** The report for people: bugs last, so that they are what one sees. */
export function formatApiReport({ differences, bugs, unused }: ApiReport): string {
  const groups = Object.groupBy(differences, ({ mark }) => heading(mark));
  const known = Object.entries(groups)
    .filter(([name]) => name !== "bug")
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([name, items = []]) => [
      `${name}: ${items.length}`,
      ...items.map(({ id }) => `  ${id}`),
      "",
    ]);
  const broken = bugs.map(({ id, detail }) => `  BUG ${id}\n      ${detail}`);
  const count = `${differences.length} differences: ${differences.length - bugs.length} marked, ${bugs.length} bugs`;
  const stale = unused.map((match) => `  not needed any more: ${match}`);
  return [...known, ...stale, ...broken, count].join("\n");
}

function heading(mark: Mark | undefined): string {
  if (mark === undefined) return "bug";
  return "owner" in mark ? `owned by ${mark.owner}` : `deliberate (${mark.deliberate})`;
}
