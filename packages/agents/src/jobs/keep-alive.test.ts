import { expect, test } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import type { LifecycleJobPushOptions, LifecycleJobs } from "./job.ts";
import { KeepAlive } from "./keep-alive.ts";

function setUp() {
  const clock = new TestClock(0);
  const stored = new Map<string, LifecycleJobPushOptions>();
  const failures: Error[] = [];
  const jobs = {
    push: async (input: LifecycleJobPushOptions) => {
      const failure = failures.pop();
      if (failure) throw failure;
      stored.set(input.id ?? "", input);
    },
    cancel: async (id: string) => stored.delete(id),
  } as unknown as LifecycleJobs;
  return {
    clock,
    failures,
    stored,
    keepAlive: new KeepAlive({ jobs, clock, interval: () => 30_000 }),
  };
}

test("one job stands for all references, and goes with the last", async () => {
  const { stored, keepAlive, clock } = setUp();
  const releaseOne = await keepAlive.acquire();
  const releaseTwo = await keepAlive.acquire();
  expect([...stored.values()]).toEqual([{ id: "cf:keep-alive", fn: "keepAlive", time: 30_000 }]);
  clock.advance(30_000);
  expect(keepAlive.beat()).toEqual({ rescheduleAt: 60_000 });
  releaseOne();
  releaseOne();
  expect([keepAlive.references, stored.size]).toEqual([1, 1]);
  releaseTwo();
  expect([keepAlive.references, stored.size]).toEqual([0, 0]);
  expect(keepAlive.beat()).toBeUndefined();
});

test("is released when what it was held for fails", async () => {
  const { keepAlive } = setUp();
  await expect(keepAlive.during(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(keepAlive.references).toBe(0);
});

test("counts nobody when its job cannot be stored, and begins anew", async () => {
  const { failures, keepAlive, stored } = setUp();
  failures.push(new Error("not now"));
  const held = await Promise.allSettled([keepAlive.acquire(), keepAlive.acquire()]);
  expect(held.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect([keepAlive.references, stored.size]).toEqual([0, 0]);
  await keepAlive.acquire();
  expect([keepAlive.references, stored.size]).toEqual([1, 1]);
});
