import { expect, test } from "vitest";
import { admit, backlogs } from "./decide.ts";

test("a single-flight job runs unless it runs already; a lost run is given up", () => {
  const mark = { singleflight: true, running: true, startedAt: 10_000, hungTimeoutSeconds: 30 };
  expect(admit({ ...mark, running: false }, 11_000)).toEqual({ kind: "run" });
  expect(admit({ ...mark, singleflight: false }, 11_000)).toEqual({ kind: "run" });
  expect(admit(mark, 39_999)).toEqual({ kind: "skip" });
  expect(admit(mark, 40_000)).toEqual({ kind: "reset", startedSecondsAgo: 30 });
  expect(admit({ ...mark, startedAt: null }, 40_000).kind).toBe("reset");
});

test("ten due jobs of one owner are a backlog", () => {
  const owners = [...Array(10).fill("a"), ...Array(9).fill("b")];
  expect(backlogs(owners)).toEqual(new Map([["a", 10]]));
});
