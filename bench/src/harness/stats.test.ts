import { expect, test } from "vitest";
import {
  cpuPerOperation,
  median,
  pool,
  quantile,
  rate,
  round,
  summary,
  syncsPerOperation,
} from "./stats.ts";

test("quantiles take the smallest sample that covers the share", () => {
  const samples = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  expect([0.5, 0.9, 0.99, 1, 0].map((q) => quantile(samples, q))).toEqual([5, 9, 10, 10, 1]);
  expect(quantile([], 0.5)).toBeNaN();
});

test("a summary names its figures", () => {
  expect(summary([3, 1, 2], "seq")).toEqual({
    seq_p50_ms: 2,
    seq_p90_ms: 3,
    seq_p99_ms: 3,
    seq_max_ms: 3,
  });
  expect(summary([]).p50_ms).toBeNull();
});

test("medians, rates and CPU per operation", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  expect([rate(10, 2000), cpuPerOperation(500, 1000), cpuPerOperation(1, 0)]).toEqual([
    5,
    500,
    null,
  ]);
  expect(round(1.23456)).toBe(1.235);
  expect([syncsPerOperation(10, 15, 20), syncsPerOperation(10, undefined, 20)]).toEqual([
    0.25,
    null,
  ]);
});

test("a pool runs every job once, and no more than its width together", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await pool(10, 3, async (index) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    done.push(index);
    running--;
  });
  expect(done.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most).toBe(3);
});
