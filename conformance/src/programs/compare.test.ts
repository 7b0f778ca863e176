import { expect, test } from "vitest";
import type { Entry, RunResult } from "../../worker/notes.ts";
import { compareTraces } from "./compare.ts";

const trace = (...entries: Entry[]): RunResult => ({ entries });

test("equal traces pass", () => {
  expect(compareTraces(trace(["a", "1"]), trace(["a", "1"]))).toEqual({ status: "passed" });
});

test("another value, a missing step and an added step are differences", () => {
  const verdict = compareTraces(
    trace(["a", "1"], ["b", "2"], ["c", "3"]),
    trace(["a", "0"], ["x", "9"], ["c", "3"]),
  );
  expect(verdict).toEqual({
    status: "failed",
    problems: [],
    differences: [
      { label: "a", workerd: "1", freehold: "0" },
      { label: "b", workerd: "2", freehold: undefined },
      { label: "x", workerd: undefined, freehold: "9" },
    ],
  });
});

test("another order is a difference", () => {
  const verdict = compareTraces(trace(["a", "1"], ["b", "2"]), trace(["b", "2"], ["a", "1"]));
  expect(verdict.status).toBe("failed");
});

test("a declared difference is accepted, and must be there", () => {
  const accept = { a: "meant" };
  expect(compareTraces(trace(["a", "1"]), trace(["a", "2"]), accept)).toEqual({
    status: "accepted",
    differences: [{ label: "a", workerd: "1", freehold: "2", reason: "meant" }],
  });
  expect(compareTraces(trace(["a", "1"]), trace(["a", "1"]), accept)).toMatchObject({
    status: "failed",
    problems: ['the accepted difference "a" is no longer there'],
  });
  const inherited = compareTraces(trace(["toString", "1"]), trace(["toString", "2"]));
  expect(inherited.status).toBe("failed");
  const other = compareTraces(trace(["a", "1"], ["b", "1"]), trace(["a", "2"], ["b", "2"]), accept);
  expect(other.status).toBe("failed");
});

test("a program that threw or noted nothing fails, even when both hosts agree", () => {
  expect(compareTraces(trace(), trace()).status).toBe("failed");
  const threw = { entries: [["a", "1"]] as const, threw: "Error: broken" };
  expect(compareTraces(threw, threw)).toMatchObject({
    problems: ["threw on workerd: Error: broken", "threw on freehold: Error: broken"],
  });
});
