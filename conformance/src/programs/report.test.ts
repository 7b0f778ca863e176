import { expect, test } from "vitest";
import type { Verdict } from "./compare.ts";
import { formatReport, summarize } from "./report.ts";
import type { Judged } from "./run.ts";

const difference = { label: "step", workerd: "1", freehold: "2" };
const judged = (path: string, verdict: Verdict): Judged => ({
  path,
  area: path.split("/")[0]!,
  title: `title of ${path}`,
  verdict,
  workerd: { entries: [["step", "1"]] },
  freehold: { entries: [["step", "2"]] },
});

const items = [
  judged("kv/a", { status: "passed" }),
  judged("kv/b", { status: "accepted", differences: [{ ...difference, reason: "meant" }] }),
  judged("sql/a", { status: "failed", differences: [difference], problems: ["broken"] }),
];

test("the summary counts each program once; accepted ones have passed", () => {
  expect(summarize(items)).toEqual({
    passed: 2,
    failed: 1,
    accepted: 1,
    total: 3,
    areas: {
      kv: { passed: 2, failed: 0, total: 2 },
      sql: { passed: 0, failed: 1, total: 1 },
    },
  });
});

test("the report names failures, accepted differences and their reasons", () => {
  const report = formatReport(items);
  expect(report).toContain("FAILED sql/a: title of sql/a\n  broken\n  step\n    workerd   1");
  expect(report).toContain("kv/b, step: meant");
  expect(report).not.toContain("kv/a");
});
