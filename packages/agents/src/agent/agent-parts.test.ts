import { expect, test } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import type { LifecycleJobPushOptions, LifecycleJobs } from "../jobs/job.ts";
import { Destruction } from "./destruction.ts";
import { resolveOptions } from "./options.ts";

test("options that a class leaves out have their defaults, field by field", () => {
  expect(resolveOptions({ retry: { maxAttempts: 9 }, sendIdentityOnConnect: false })).toEqual({
    sendIdentityOnConnect: false,
    hungScheduleTimeoutSeconds: 30,
    keepAliveIntervalMs: 30_000,
    fiberRecoveryHookTimeoutMs: 10_000,
    fiberRecoveryScanDeadlineMs: 10_000,
    fiberRecoveryMaxAgeMs: 86_400_000,
    retry: { maxAttempts: 9, baseDelayMs: 100, maxDelayMs: 3000 },
    maxAlarmMemoryLimitStrikes: 3,
    durableProps: false,
    agentToolReattachNoProgressTimeoutMs: 120_000,
    agentToolReattachMaxWindowMs: Number.POSITIVE_INFINITY,
    detachedMaxBudgetMs: 86_400_000,
    detachedNoProgressBudgetMs: 3_600_000,
    maxMessagesPerSecond: undefined,
    maxConcurrentCalls: undefined,
  });
});

function destructible() {
  const clock = new TestClock();
  const order: string[] = [];
  const stored = new Map<string, unknown>();
  const pushed: LifecycleJobPushOptions[] = [];
  const note = (what: string) => async () => void order.push(what);
  const destruction = new Destruction({
    clock,
    emit: (type) => void order.push(type),
    kv: {
      get: (key) => stored.get(key),
      put: (key, value) => {
        stored.set(key, value);
        order.push("mark");
      },
    },
    jobs: () =>
      ({
        push: async (job: LifecycleJobPushOptions) => void pushed.push(job),
      }) as unknown as LifecycleJobs,
    disableAlarms: note("no alarms"),
    dispose: note("dispose"),
    wipe: note("wipe"),
    abort: (reason) => void order.push(`abort ${reason}`),
  });
  return { clock, order, stored, pushed, destruction };
}

test("destroying marks, disposes, wipes once and ends the object later", async () => {
  const { clock, destruction, order } = destructible();
  expect(destruction.pending()).toBe(false);
  await Promise.all([destruction.destroy(), destruction.destroy()]);
  expect(destruction.pending()).toBe(true);
  expect(order).toEqual(["mark", "no alarms", "dispose", "wipe", "destroy"]);
  clock.advance(0);
  expect(order.at(-1)).toBe("abort destroyed");
});

test("a deferred destroy is a job before all others, and pending once its time has come", async () => {
  const { clock, destruction, pushed, stored } = destructible();
  await destruction.defer();
  const time = clock.now() + 1000;
  expect(pushed).toEqual([{ id: "cf:destroy", fn: "destroy", time, exclusive: true }]);
  expect([stored.get("cf_agents_destroy_pending"), destruction.pending()]).toEqual([time, false]);
  clock.advance(1000);
  expect(destruction.pending()).toBe(true);
});
