import { expect, test } from "vitest";
import { compareRounds, formatJudgement, type Round, spreadOf } from "./compare.ts";

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

test("targets are judged by the ratios of their own figure", () => {
  const figure = "server_cpu_us_per_op";
  const targets = [0.6, 0.5].map((most) => ({ figure, most, aim: 0.1 }));
  const judged = compareRounds("x", rounds, [...targets, { figure: "none", most: 1, aim: 1 }]);
  expect(judged.targets.map(({ ratio, isMet }) => [ratio, isMet])).toEqual([
    [0.6, true],
    [0.6, false],
    [null, false],
  ]);
  expect(judged.targets.map(formatJudgement)).toEqual([
    `met: ${figure} 0.6 (0.5-1) of the peer's, at most 0.6, aim 0.1`,
    `SHORT: ${figure} 0.6 (0.5-1) of the peer's, at most 0.5, aim 0.1`,
    "not measured: none, at most 1 of the peer's",
  ]);
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
