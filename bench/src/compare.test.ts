import { expect, test } from "vitest";
import { compareRounds, type Round, spreadOf } from "./compare.ts";

const cpu = (value: number) => ({ server_cpu_us_per_op: value, note: "text", p99_ms: null });
const rounds: Round[] = [
  { ours: cpu(50), peer: cpu(100) },
  { ours: cpu(60), peer: cpu(100) },
  { ours: cpu(100), peer: cpu(100), limit: cpu(10) },
];

test("the ratio is the median of the rounds' ratios, with its spread", () => {
  const comparison = compareRounds("rpc-seq", rounds);
  expect(comparison).toMatchObject({ name: "rpc-seq", cpuRatio: 0.6, cpuRatioSpread: [0.5, 1] });
  expect(comparison.ours).toEqual({ server_cpu_us_per_op: 60, note: "text", p99_ms: null });
  expect(comparison.limit).toMatchObject({ server_cpu_us_per_op: 10 });
});

test("without two sides there is no ratio", () => {
  const comparison = compareRounds("x", [{ peer: cpu(1) }]);
  expect(comparison).toMatchObject({ cpuRatio: null, cpuRatioSpread: null, ours: {} });
});

test("a figure is shown with its spread", () => {
  expect(spreadOf(rounds, "ours", "server_cpu_us_per_op")).toBe("60 (50-100)");
  expect(spreadOf(rounds, "ours", "p99_ms")).toBe("-");
  expect(spreadOf(rounds, "limit", "missing")).toBe("-");
});
