import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../limits.ts";
import { backOff, decide, newAlarm, type PendingAlarm } from "./decide.ts";
import { DueQueue } from "./due-queue.ts";

const NOW = 10_000;

describe("a delivery", () => {
  test("that was done leads to the next alarm, or to none", () => {
    const alarm: PendingAlarm = { time: 1, wake: 2, counted: 3, uncounted: 4 };
    for (const outcome of ["done", "none"] as const) {
      expect(decide(alarm, { outcome, next: null }, NOW, 0)).toEqual({ kind: "idle" });
      expect(decide(alarm, { outcome, next: 5 }, NOW, 0)).toEqual({
        kind: "wait",
        alarm: newAlarm(5),
      });
      expect(decide(alarm, { outcome, next: 1 }, NOW, 0)).toEqual({
        kind: "wait",
        alarm: newAlarm(1),
      });
    }
  });

  test("that failed is tried again after 2, 4, 8, 16, 32 and 64 seconds, then given up", () => {
    let alarm = newAlarm(1);
    const delays: number[] = [];
    for (;;) {
      const decision = decide(alarm, { outcome: "failed", next: 1 }, NOW, 0);
      if (decision.kind !== "wait") {
        expect(decision).toEqual({ kind: "giveUp" });
        break;
      }
      alarm = decision.alarm;
      delays.push(alarm.wake - NOW);
      expect(alarm).toMatchObject({ time: 1, counted: delays.length, uncounted: 0 });
    }
    expect(delays).toEqual([2000, 4000, 8000, 16_000, 32_000, 64_000]);
  });

  test("that was interrupted is tried again without end, 1,024 s apart at most", () => {
    let alarm = newAlarm(1);
    for (let round = 0; round < 20; round += 1) {
      const decision = decide(alarm, { outcome: "interrupted", next: 1 }, NOW, 0);
      if (decision.kind !== "wait") throw new Error("It was not tried again.");
      alarm = decision.alarm;
    }
    expect(alarm).toEqual({ time: 1, wake: NOW + 1_024_000, counted: 0, uncounted: 20 });
  });

  test("that was interrupted before the row was read does not come back at once", () => {
    const decision = decide(newAlarm(1), { outcome: "interrupted", next: NOW }, NOW, 0);
    const alarm = { time: 1, wake: NOW + 2000, counted: 0, uncounted: 1 };
    expect(decision).toEqual({ kind: "wait", alarm });
  });

  test("under which another alarm was set leads to that one", () => {
    const next = NOW + 1;
    const alarm = { ...newAlarm(1), counted: DEFAULT_LIMITS.alarmRetries };
    for (const outcome of ["failed", "interrupted"] as const) {
      const wait = { kind: "wait", alarm: newAlarm(next) };
      expect(decide(alarm, { outcome, next }, NOW, 0)).toEqual(wait);
      expect(decide(alarm, { outcome, next: null }, NOW, 0)).toEqual({ kind: "idle" });
    }
  });
});

test("the back-off adds up to a quarter", () => {
  const property = fc.property(
    fc.nat(30),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (tries, fraction) => {
      const delay = 2000 * 2 ** Math.min(tries, 9);
      const waited = backOff(tries, fraction);
      expect(waited).toBeGreaterThanOrEqual(delay);
      expect(waited).toBeLessThan(delay * 1.25);
    },
  );
  fc.assert(property);
});

test("the queue gives everything in order of time", () => {
  const property = fc.property(fc.array(fc.nat(50), { maxLength: 60 }), (times) => {
    const queue = new DueQueue<number>();
    for (const time of times) queue.add(time, time);
    const taken: number[] = [];
    while (queue.size > 0) {
      const { next } = queue;
      taken.push(queue.take() as number);
      expect(taken.at(-1)).toBe(next);
    }
    expect(taken).toEqual([...times].sort((a, b) => a - b));
    expect(queue.take()).toBe(undefined);
  });
  fc.assert(property);
});
