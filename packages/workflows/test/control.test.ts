import { describe, expect, test } from "vitest";
import { eventsOf, FLOW, moduleOf, start, textOf } from "./support.ts";

const HOUR = 3_600_000;

describe("an instance", () => {
  test("has an id that nobody else has", async () => {
    const { workflow, clock } = await start(
      moduleOf(async ({ instanceId, workflowName, payload, timestamp }) => [
        ...[instanceId, workflowName, payload, timestamp.getTime()],
      ]),
      [FLOW],
    );
    const at = clock.now();
    const first = await workflow().create({ id: "order-1", params: { n: 1 } });
    await expect(workflow().create({ id: "order-1" })).rejects.toThrow("instance.already_exists");
    for (const id of ["", "-a", "a b", "a".repeat(101), "../a", "é"]) {
      await expect(workflow().create({ id })).rejects.toThrow("Workflow instance has invalid id");
      await expect(workflow().get(id)).rejects.toThrow("instance.not_found");
    }
    await expect(workflow().get("order-2")).rejects.toThrow("instance.not_found");
    const second = await workflow().create();
    expect(second.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    await clock.advance(10);
    expect((await first.status()).output).toEqual(["order-1", "flow", { n: 1 }, at]);
  });

  test("has the params of the time when it was asked for, and is whole or not made", async () => {
    const { workflow, clock } = await start(
      moduleOf(async ({ payload }) => payload.page),
      [FLOW],
    );
    const params = { page: 1 };
    const asked = [workflow().create({ id: "a", params })];
    params.page = 2;
    const batch = workflow().createBatch({ instances: [{ id: "b", params }] });
    params.page = 3;
    await Promise.all([...asked, batch]);
    const functions = { instances: [{ id: "c" }, { id: "d", params: { call: () => 1 } }] };
    await expect(workflow().createBatch(functions)).rejects.toThrow("could not be cloned");
    await expect(workflow().get("c")).rejects.toThrow("instance.not_found");
    await clock.advance(10);
    const pages = ["a", "b"].map(async (id) => (await (await workflow().get(id)).status()).output);
    expect(await Promise.all(pages)).toEqual([1, 2]);
  });

  test("may be made and deleted with others", async () => {
    const { workflow, clock } = await start(
      moduleOf(async () => 1),
      [FLOW],
    );
    const list = await workflow().createBatch([{ id: "a" }, { id: "b" }, { id: "a" }]);
    expect((list as { id: string }[]).map(({ id }) => id)).toEqual(["a", "b"]);
    const result = await workflow().createBatch({
      instances: [{ id: "c" }, { id: "a" }, { id: "no way" }],
    });
    expect(result).toMatchObject({
      created: [{ id: "c" }],
      errors: [
        { index: 1, id: "a", code: 409 },
        { index: 2, id: "no way", code: 400 },
      ],
    });
    expect(await workflow().createBatch({ count: 3 })).toMatchObject({
      created: [{}, {}, {}],
      errors: [],
    });
    await expect(workflow().createBatch([])).rejects.toThrow("at least 1 instance");
    await expect(workflow().createBatch({ count: 101 })).rejects.toThrow("at most 100");
    await clock.advance(10);
    expect(await workflow().deleteBatch(["a", "a", "gone"])).toEqual({
      deleted: [{ id: "a" }],
      errors: [{ id: "gone", code: 404, message: "instance.not_found" }],
    });
    await expect(workflow().get("a")).rejects.toThrow("instance.not_found");
    await workflow().create({ id: "a" });
  });

  test("that is paused finishes its step first, and its times wait with it", async () => {
    const ended: string[] = [];
    const module = moduleOf(async (_event, step) => {
      await step.do("long", async () => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        ended.push("long");
      });
      await step.sleep("hour", "1 hour");
      ended.push("hour");
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(10_000);
    await instance.pause();
    expect((await instance.status()).status).toBe("waitingForPause");
    await clock.advance(100_000);
    expect([(await instance.status()).status, ended]).toEqual(["paused", ["long"]]);
    await instance.resume();
    await clock.advance(HOUR / 2);
    await instance.pause();
    expect((await instance.status()).status).toBe("paused");
    await clock.advance(10 * HOUR);
    await instance.resume();
    await clock.advance(HOUR / 2 - 1);
    expect(ended).toEqual(["long"]);
    await clock.advance(1);
    expect((await instance.status()).status).toBe("complete");
  });

  test("that is terminated goes no further", async () => {
    const ended: string[] = [];
    const module = moduleOf(async (_event, step) => {
      await step.do("long", async () => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        ended.push("long");
      });
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(10_000);
    await instance.terminate();
    expect(await instance.status()).toEqual({ status: "terminated", output: null });
    await clock.advance(HOUR);
    expect(ended).toEqual([]);
    await expect(instance.terminate()).rejects.toThrow("instance.cannot_terminate");
    await instance.pause();
    await instance.resume();
    await instance.sendEvent({ type: "x", payload: 1 });
    expect((await instance.status()).status).toBe("terminated");
  });

  test("runs again from the top, or from a step", async () => {
    let n = 0;
    const module = moduleOf(async (_event, step) => {
      const results = [];
      for (const name of ["a", "b", "b"]) results.push(await step.do(name, async () => ++n));
      await step.sleep("nap", "1 hour");
      return results;
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(2 * HOUR);
    expect((await instance.status()).output).toEqual([1, 2, 3]);
    await instance.restart({ from: { name: "b", count: 2 } });
    await clock.advance(2 * HOUR);
    expect((await instance.status()).output).toEqual([1, 2, 4]);
    await instance.restart();
    await clock.advance(10);
    await instance.restart();
    await clock.advance(2 * HOUR);
    expect((await instance.status()).output).toEqual([8, 9, 10]);
    for (const from of [
      { name: "c" },
      { name: "b", count: 3 },
      { name: "b", type: "sleep" as const },
    ]) {
      await expect(instance.restart({ from })).rejects.toThrow(
        `Step "${from.name}" not found in execution history`,
      );
    }
    const ids = (await eventsOf(instance)).map(({ eventId }) => eventId);
    expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
  });

  test("is kept for as long as it was made to be, and then forgotten", async () => {
    const { workflow, clock } = await start(
      moduleOf(async ({ payload }) => {
        if (payload.fails) throw new Error("no");
      }),
      [FLOW],
    );
    const retention = { successRetention: "2 days", errorRetention: 3 * 24 * HOUR };
    await workflow().create({ id: "good", retention });
    await workflow().create({ id: "bad", params: { fails: true }, retention });
    await workflow().create({ id: "usual" });
    await clock.advance(47 * HOUR);
    for (const id of ["good", "bad"]) await workflow().get(id);
    await clock.advance(2 * HOUR);
    await expect(workflow().get("good")).rejects.toThrow("instance.not_found");
    await workflow().get("bad");
    await clock.advance(24 * HOUR);
    await expect(workflow().get("bad")).rejects.toThrow("instance.not_found");
    await clock.advance(26 * 24 * HOUR);
    await workflow().get("usual");
    await clock.advance(2 * 24 * HOUR);
    await expect(workflow().get("usual")).rejects.toThrow("instance.not_found");
    await expect(workflow().create({ retention: { successRetention: "a while" } })).rejects.toThrow(
      "Retention must be",
    );
  });

  test("tells its events to those who follow it, to its end and no further", async () => {
    const module = moduleOf(async (_event, step) => {
      await step.do("secret", { sensitive: "output" }, async () => "password");
      await step.sleep("nap", "1 hour");
      return "done";
    });
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create({ id: "a", params: { n: 1 } });
    const types: string[] = [];
    using subscription = await instance.subscribe({
      filter: ["workflow_started", "step_completed", "workflow_completed"],
    });
    const following = (async () => {
      for (let one = await subscription.next(); !one.done; one = await subscription.next()) {
        types.push(JSON.stringify([one.value.type, one.value.params ?? one.value.output]));
      }
    })();
    await clock.advance(10);
    expect(types).toEqual(['["workflow_started",{"n":1}]', '["step_completed","[REDACTED]"]']);
    await clock.advance(HOUR);
    await following;
    expect(types.at(-1)).toBe('["workflow_completed","done"]');
    using twice = await instance.subscribe();
    const both = await Promise.all([twice.next(), twice.next()]);
    expect(both.map(({ value }) => value?.eventId)).toEqual([1, 2]);
    // Where the step began is before the cursor.
    const [secret] = await eventsOf(instance, { cursor: 5 });
    expect(secret).toMatchObject({ type: "step_completed", output: "[REDACTED]" });
    const events = await eventsOf(instance, { cursor: 6 });
    expect(events.map(({ type }) => type)).toEqual([
      ...["sleep_started", "workflow_waiting", "workflow_running", "sleep_completed"],
      "workflow_completed",
    ]);
  });
});

describe("a rollback", () => {
  const undone: string[] = [];
  const module = moduleOf(async ({ payload }, step) => {
    for (const name of ["a", "b", "c"]) {
      await step.do(name, async () => `made ${name}`, {
        rollback: async ({ output, error }: { output: unknown; error: Error }) => {
          undone.push(`${name}: ${output}, ${error.message}`);
          if (payload.stuck === name) throw new Error("stuck");
        },
        rollbackConfig: { retries: { limit: 1, delay: "1 minute", backoff: "constant" } },
      });
    }
    await step.sleep("nap", "1 hour");
    throw new TypeError("late");
  });

  test("undoes what was done, the newest first, when the program throws", async () => {
    undone.length = 0;
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(2 * HOUR);
    expect(undone).toEqual(["c: made c, late", "b: made b, late", "a: made a, late"]);
    expect(await instance.status()).toMatchObject({
      status: "errored",
      error: { name: "TypeError", message: "late" },
    });
  });

  test("stops at a step that cannot be undone", async () => {
    undone.length = 0;
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create({ params: { stuck: "b" } });
    await clock.advance(HOUR + 30_000);
    expect((await instance.status()).status).toBe("rollingBack");
    await clock.advance(HOUR);
    expect(undone.map((text) => text[0])).toEqual(["c", "b", "b"]);
    expect((await eventsOf(instance)).slice(-3).map(({ type }) => type)).toEqual([
      ...["rollback_step_errored", "rollback_errored", "workflow_errored"],
    ]);
  });

  test("ends when the delay function of one throws", async () => {
    const failing = moduleOf(async (_event, step) => {
      await step.do("a", async () => 1, {
        rollback: async () => {
          throw new Error("stuck");
        },
        rollbackConfig: {
          retries: {
            limit: 5,
            delay: () => {
              throw new Error("no delay");
            },
          },
        },
      });
      throw new Error("late");
    });
    const { workflow, clock } = await start(failing, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(HOUR);
    expect(await instance.status()).toMatchObject({
      status: "errored",
      error: { message: "late" },
    });
  });

  test("comes before a termination that asks for it, from memory or not", async () => {
    undone.length = 0;
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create();
    await clock.advance(HOUR / 2);
    await instance.terminate({ rollback: true });
    expect(undone.map((text) => text[0])).toEqual(["c", "b", "a"]);
    expect((await instance.status()).status).toBe("terminated");
  });

  test("waits for its retries, and whoever terminated waits for it", async () => {
    undone.length = 0;
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create({ params: { stuck: "b" } });
    await clock.advance(HOUR / 2);
    const terminated = instance.terminate({ rollback: true });
    await clock.advance(30_000);
    const again = instance.terminate({ rollback: true });
    await clock.advance(1);
    expect((await instance.status()).status).toBe("rollingBack");
    await clock.advance(40_000);
    await Promise.all([terminated, again]);
    expect(undone.map((text) => text[0])).toEqual(["c", "b", "b"]);
    expect((await instance.status()).status).toBe("terminated");
  });

  test("ends where the instance is restarted meanwhile, which then runs", async () => {
    undone.length = 0;
    const { workflow, clock } = await start(module, [FLOW]);
    const instance = await workflow().create({ params: { stuck: "b" } });
    await clock.advance(HOUR / 2);
    const terminated = instance.terminate({ rollback: true });
    await clock.advance(30_000);
    await instance.restart();
    await terminated;
    await clock.advance(60_000);
    expect((await instance.status()).status).toBe("waiting");
    expect(undone.map((text) => text[0])).toEqual(["c", "b"]);
    await clock.advance(2 * HOUR);
    expect((await instance.status()).status).toBe("errored");
  });

  test("goes on after a crash, and undoes nothing twice that was undone", async () => {
    undone.length = 0;
    const { workflow, clock, host } = await start(module, [FLOW]);
    await workflow().create({ id: "a", params: { stuck: "b" } });
    await clock.advance(HOUR + 30_000);
    expect(undone.map((text) => text[0])).toEqual(["c", "b"]);
    await host.abortAll(new Error("The process died."));
    await clock.advance(20_000);
    expect(undone.map((text) => text[0])).toEqual(["c", "b"]);
    await clock.advance(20_000);
    expect(undone.map((text) => text[0])).toEqual(["c", "b", "b"]);
    expect(await (await workflow().get("a")).status()).toMatchObject({ status: "errored" });
  });
});

test("a schedule makes instances, one for each time", async () => {
  const seen: unknown[] = [];
  const module = moduleOf(async ({ schedule, instanceId }) => {
    seen.push([schedule, instanceId]);
  });
  const { clock } = await start(module, [{ ...FLOW, schedules: ["*/30 * * * *"] }], {
    crons: true,
    now: Date.UTC(2026, 0, 1, 0, 10),
  });
  await clock.advance(HOUR);
  expect(seen).toEqual(
    [30, 60].map((minute) => {
      const scheduledTime = Date.UTC(2026, 0, 1, 0, minute);
      return [{ cron: "*/30 * * * *", scheduledTime }, `cron-${scheduledTime}-_30_`];
    }),
  );
});

test("what is asked of an instance that is not there is refused, and stores nothing", async () => {
  const { workflow } = await start(
    moduleOf(async () => 1),
    [FLOW],
  );
  const instance = await workflow().create({ id: "a" });
  await instance.delete();
  const calls = [
    () => instance.status(),
    () => instance.pause(),
    () => instance.resume(),
    () => instance.terminate(),
    () => instance.restart(),
    () => instance.delete(),
    () => instance.subscribe(),
    () => instance.sendEvent({ type: "x", payload: 1 }),
  ];
  for (const call of calls) expect(await call().catch(textOf)).toBe("instance.not_found");
  await expect(instance.sendEvent({ type: "x", payload: "x".repeat(1_048_577) })).rejects.toThrow(
    "The event payload is too large",
  );
});
