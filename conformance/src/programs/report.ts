import { formatTable } from "../report/table.ts";
import type { Difference } from "./compare.ts";
import type { Judged } from "./run.ts";

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly total: number;
}

/** The summary that `--json` prints. `passed` includes `accepted`; `passed + failed = total`. */
export interface ConformanceSummary extends Count {
  readonly accepted: number;
  readonly areas: Readonly<Record<string, Count>>;
}

/** Counts verdicts over all programs and by area. */
export function summarize(judged: readonly Judged[]): ConformanceSummary {
  const count = (items: readonly Judged[]): Count => {
    const failed = items.filter(({ verdict }) => verdict.status === "failed").length;
    return { passed: items.length - failed, failed, total: items.length };
  };
  const areas = Object.groupBy(judged, ({ area }) => area);
  const { passed, failed, total } = count(judged);
  return {
    passed,
    failed,
    accepted: judged.filter(({ verdict }) => verdict.status === "accepted").length,
    total,
    areas: Object.fromEntries(
      Object.entries(areas).map(([area, items]) => [area, count(items ?? [])]),
    ),
  };
}

/** The report for people: failures with their differences, accepted differences, the table. */
export function formatReport(judged: readonly Judged[]): string {
  const failed = judged.filter(({ verdict }) => verdict.status === "failed").map(formatFailure);
  const accepted = judged.flatMap(({ path, verdict }) =>
    verdict.status === "passed"
      ? []
      : verdict.differences
          .filter(({ reason }) => reason !== undefined)
          .map(({ label, reason }) => `  ${path}, ${label}: ${reason}`),
  );
  const summary = summarize(judged);
  const rows = Object.entries(summary.areas).map(([area, { passed, failed, total }]) => {
    const meant = judged.filter((item) => item.area === area && item.verdict.status === "accepted");
    return [area, passed, failed, meant.length, total].map(String);
  });
  const { passed, failed: failures, accepted: meant, total } = summary;
  const last = ["all", passed, failures, meant, total].map(String);
  return [
    ...failed,
    ...(accepted.length > 0 ? ["Accepted differences", ...accepted, ""] : []),
    formatTable(["area", "passed", "failed", "accepted", "total"], [...rows, last]),
  ].join("\n");
}

function formatFailure({ path, title, verdict, workerd, freehold }: Judged): string {
  if (verdict.status !== "failed") return "";
  // A side that did not get as far as one step differs in all of them: the problem says why.
  const silent = [workerd, freehold].some(({ entries }) => entries.length === 0);
  const differences = silent ? [] : verdict.differences.flatMap(formatDifference);
  const problems = verdict.problems.map((problem) => `  ${problem.slice(0, 1000)}`);
  return [`FAILED ${path}: ${title}`, ...problems, ...differences, ""].join("\n");
}

function formatDifference({ label, workerd, freehold, reason }: Difference): string[] {
  return [
    `  ${label}${reason === undefined ? "" : ` (accepted: ${reason})`}`,
    `    workerd   ${workerd ?? "(no such step)"}`,
    `    freehold  ${freehold ?? "(no such step)"}`,
  ];
}

/** Every trace, step by step, as workerd and our host made it: for authors of programs. */
export function formatTraces(judged: readonly Judged[]): string {
  return judged
    .map(({ path, title, workerd, freehold }) => {
      const sides = { workerd, freehold };
      const lines = Object.entries(sides).flatMap(([name, { entries, threw }]) => [
        `  ${name}`,
        ...entries.map(([label, seen]) => `    ${label} = ${seen}`),
        ...(threw === undefined ? [] : [`    threw ${threw}`]),
      ]);
      return [`${path}: ${title}`, ...lines, ""].join("\n");
    })
    .join("\n");
}
