import { expect, test } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import { TestObject } from "../../test/support/object.ts";
import type { LifecycleJobPushOptions, LifecycleJobs } from "../jobs/job.ts";
import { sqlRunner } from "../storage/sql.ts";
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
  const object = new TestObject();
  const { storage } = object.life();
  const order: string[] = [];
  const pushed: LifecycleJobPushOptions[] = [];
  const destruction = new Destruction({
    ...{ clock, storage },
    emit: (type) => void order.push(type),
    jobs: () =>
      ({
        push: async (job: LifecycleJobPushOptions) => void pushed.push(job),
      }) as unknown as LifecycleJobs,
    disableAlarms: async () => void order.push("no alarms"),
    dispose: async () => {
      order.push(`dispose, again at ${Number(object.alarm) - clock.now()}`);
    },
    abort: (reason) => void order.push(`abort ${reason}`),
  });
  return { clock, destruction, object, order, pushed, storage };
}

test("destroying marks, disposes, wipes once and ends the object later", async () => {
  const { clock, destruction, object, order } = destructible();
  expect(destruction.pending()).toBe(false);
  const destroyed = [destruction.destroy(), destruction.destroy()];
  // A life that ends now leaves the mark, and the alarm that goes on with it.
  expect([destruction.pending(), object.alarm]).toEqual([true, clock.now() + 30_000]);
  await Promise.all(destroyed);
  expect([object.kv.size, object.alarm]).toEqual([0, null]);
  expect(order).toEqual(["no alarms", "dispose, again at 30000", "destroy"]);
  clock.advance(0);
  expect(order.at(-1)).toBe("abort destroyed");
});

test("what still runs when the agent is destroyed stores nothing more", async () => {
  const { destruction, storage } = destructible();
  const sql = sqlRunner(storage.sql);
  sql("CREATE TABLE before (n)");
  await destruction.destroy();
  expect(() => sql("CREATE TABLE after (n)")).toThrow("the agent is destroyed");
  expect(() => sql("SELECT * FROM before")).toThrow(
    expect.objectContaining({ code: "sql_failed" }),
  );
});

test("a deferred destroy is a job before all others, and pending once its time has come", async () => {
  const { clock, destruction, object, pushed } = destructible();
  await destruction.defer();
  const time = clock.now() + 1000;
  expect(pushed).toEqual([{ id: "cf:destroy", fn: "destroy", time, exclusive: true }]);
  expect([object.kv.get("cf_agents_destroy_pending"), destruction.pending()]).toEqual([
    time,
    false,
  ]);
  clock.advance(1000);
  expect(destruction.pending()).toBe(true);
});
