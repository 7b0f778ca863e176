import { expect, test, vi } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import type { LifecycleJob } from "../jobs/job.ts";
import { judgeStrike, MemoryLimitBreaker } from "./memory-limit.ts";

test.each([
  [1, 3, { sealed: false, nextTime: 30_000 }],
  [2, 3, { sealed: false, nextTime: 60_000 }],
  [3, 3, { sealed: true }],
  [50, 99, { sealed: false, nextTime: 300_000 }],
  [1, 0, { sealed: true }],
])("strike %i of %i", (strikes, limit, verdict) => {
  expect(judgeStrike(strikes, limit, 0)).toEqual(verdict);
});

test("strikes put work off over the lives of an object, and remove it at the limit", async () => {
  vi.spyOn(console, "error").mockReturnValue();
  const stored = new Map<string, unknown>();
  const told: unknown[] = [];
  const order: string[] = [];
  const executing = { id: "heavy" } as LifecycleJob;
  const purged = [{ id: "loop" }] as LifecycleJob[];
  const clock = new TestClock(0);
  const life = () =>
    new MemoryLimitBreaker({
      ...{ clock, limit: 2 },
      emit: (type, payload) => void told.push([type, payload]),
      kv: {
        get: (key) => stored.get(key),
        put: (key, value) => void stored.set(key, value),
        delete: (key) => stored.delete(key),
      },
      jobs: {
        backOff: (id, time) => void order.push(`${id} to ${time}`),
        purge: (id) => {
          order.push(`purge ${id}`);
          return purged;
        },
      },
      policies: () => [
        () => Promise.reject(new Error("a policy that fails")),
        (context) => void told.push(context),
      ],
      rearm: async () => void order.push("rearm"),
      reset: async () => void order.push("reset"),
    });
  const error = new Error("exceeded its memory limit");
  await life().strike(error, executing);
  expect(stored.get("cf_agents:oom_alarm_strikes")).toBe(1);
  await life().strike(error, executing);
  expect(stored.size).toBe(0);
  expect(order).toEqual(["heavy to 30000", "rearm", "reset", "purge heavy", "rearm", "reset"]);
  const event = (strikes: number, sealed: boolean) => [
    "alarm:memory_limit_reset",
    { strikes, limit: 2, sealed, error: "exceeded its memory limit" },
  ];
  expect(told).toEqual([
    event(1, false),
    { sealed: false, nextTime: 30_000, executing },
    event(2, true),
    { sealed: true, executing, purgedRecoveryLoopJobs: purged },
  ]);
  stored.set("cf_agents:oom_alarm_strikes", 1);
  life().clear();
  expect(stored.size).toBe(0);
});
