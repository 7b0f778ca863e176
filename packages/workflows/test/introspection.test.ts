import { describe, expect, test } from "vitest";
import { introspectionOf } from "../src/index.ts";
import { FLOW, moduleOf, type Step, start, textOf } from "./support.ts";

const ran: string[] = [];

async function program(_event: unknown, step: Step): Promise<unknown> {
  const first = await step
    .do("fetch", { retries: { limit: 2, delay: "1 hour" } }, async () => {
      ran.push("fetch");
      throw new Error("real");
    })
    .catch(textOf);
  await step.sleep("night", "8 hours");
  const event = await step
    .waitForEvent("approval", { type: "approval", timeout: "1 day" })
    .then(({ payload }) => payload, textOf);
  return { first, event };
}

async function introspected() {
  ran.length = 0;
  const started = await start(moduleOf(program), [FLOW]);
  const introspection = introspectionOf(started.workflow());
  if (introspection === undefined) throw new Error("no introspection");
  return { ...started, introspection };
}

describe("an instance under test", () => {
  test("returns what it is told, with no time passing", async () => {
    const { workflow, introspection } = await introspected();
    await using instance = introspection.instance("a");
    await instance.modify(async (modifier) => {
      await modifier.disableSleeps();
      await modifier.mockStepResult({ name: "fetch" }, { made: "up" });
      await modifier.mockEvent({ type: "approval", payload: { approved: true } });
    });
    await workflow().create({ id: "a" });
    expect(await instance.waitForStepResult({ name: "fetch" })).toEqual({ made: "up" });
    await instance.waitForStatus("complete");
    expect(await instance.getOutput()).toEqual({
      first: { made: "up" },
      event: { approved: true },
    });
    expect(ran).toEqual([]);
    await expect(instance.getError()).rejects.toThrow('it is "complete"');
    await expect(instance.waitForStepResult({ name: "none" })).rejects.toThrow("no step none-1");
    await expect(instance.waitForStatus("errored")).rejects.toThrow('"complete", not "errored"');
  });

  test("fails as often as it is told, then runs its own code", async () => {
    const { workflow, introspection } = await introspected();
    await using instance = introspection.instance("a");
    await instance.modify(async (modifier) => {
      await modifier.mockStepError({ name: "fetch" }, new TypeError("made up"), 1);
      await modifier.forceStepTimeout({ name: "fetch" }, 1);
      await modifier.disableRetryDelays([{ name: "fetch" }]);
      await modifier.disableSleeps([{ name: "night" }]);
      await modifier.forceEventTimeout({ name: "approval" });
    });
    await workflow().create({ id: "a" });
    await instance.waitForStatus("complete");
    await expect(instance.waitForStepResult({ name: "fetch" })).rejects.toThrow("real");
    expect(ran).toEqual(["fetch"]);
    expect(await instance.getOutput()).toEqual({
      first: "real",
      event: "WorkflowTimeoutError: Execution timed out after 86400000ms",
    });
  });

  test("gives its id back, and its changes end with it", async () => {
    const { workflow, introspection, clock } = await introspected();
    const instance = introspection.instance("a");
    await instance.modify((modifier) => modifier.mockStepResult({ name: "fetch" }, 1));
    await workflow().create({ id: "a" });
    await instance.waitForStatus("waiting");
    await instance.dispose();
    await workflow().create({ id: "a" });
    await clock.advance(1);
    expect(ran).toEqual(["fetch"]);
  });

  test("moves with the clock where it is left alone", async () => {
    const { workflow, introspection, clock } = await introspected();
    await using instance = introspection.instance("a");
    await instance.modify((modifier) => modifier.mockStepResult({ name: "fetch" }, 1));
    await workflow().create({ id: "a" });
    await instance.waitForStatus("waiting");
    await clock.advance(8 * 3_600_000);
    await (await workflow().get("a")).sendEvent({ type: "approval", payload: "yes" });
    await instance.waitForStatus("complete");
    expect(await instance.getOutput()).toEqual({ first: 1, event: "yes" });
  });
});

test("all instances that are made may be changed and looked into", async () => {
  const { workflow, introspection } = await introspected();
  const before = await workflow().create({ id: "before" });
  const all = introspection.all();
  await all.modifyAll(async (modifier) => {
    await modifier.disableSleeps();
    await modifier.mockStepResult({ name: "fetch" }, 1);
    await modifier.mockEvent({ type: "approval", payload: 2 });
  });
  await workflow().createBatch([{ id: "a" }, { id: "b" }]);
  await expect(workflow().create({ id: "a" })).rejects.toThrow("already exists");
  await expect(workflow().create({ id: "before" })).rejects.toThrow("already exists");
  expect(all.get()).toHaveLength(2);
  for (const instance of all.get()) {
    await instance.waitForStatus("complete");
    expect(await instance.getOutput()).toEqual({ first: 1, event: 2 });
  }
  await all.dispose();
  await expect(workflow().get("a")).rejects.toThrow("instance.not_found");
  expect((await before.status()).status).not.toBe("complete");
  for (const other of [undefined, 5, {}, null]) expect(introspectionOf(other)).toBe(undefined);
});
