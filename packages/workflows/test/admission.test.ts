import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestClock } from "@freehold/host/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WorkflowInstance } from "../src/index.ts";
import { eventsOf, FLOW, moduleOf, start } from "./support.ts";

/** No more instances of a workflow run at a time than it says; those beyond wait their turn. */

const HOUR = 3_600_000;
const LIMITED = { ...FLOW, concurrency: 2 };

/** Instances that run now, most at a time, and the order in which they began. */
let running = new Set<string>();
let most = 0;
let begun: string[] = [];
beforeEach(() => {
  [running, most, begun] = [new Set(), 0, []];
});

/** Takes ten minutes of work; with `nap` it sleeps before, with `wait` it waits for an event. */
const module = moduleOf(async ({ instanceId: id, payload }, step) => {
  if (typeof payload.nap === "number") await step.sleep("nap", payload.nap);
  if (payload.wait === true) await step.waitForEvent("go", { type: "go", timeout: "1 year" });
  await step.do("work", { timeout: "1 hour" }, async () => {
    running.add(id);
    begun.push(id);
    most = Math.max(most, running.size);
    await new Promise((resolve) => {
      setTimeout(resolve, 600_000);
    });
    running.delete(id);
  });
  return id;
});

async function statuses(instances: readonly WorkflowInstance[]): Promise<string[]> {
  return Promise.all(instances.map(async (one) => (await one.status()).status));
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("instances beyond the limit", () => {
  test("are queued, and run one after the other in the order in which they were made", async () => {
    const { workflow, clock } = await start(module, [LIMITED]);
    const made: WorkflowInstance[] = [];
    for (const id of ["a", "b", "c", "d", "e"]) made.push(await workflow().create({ id }));
    await clock.advance(1000);
    expect(await statuses(made)).toEqual(["running", "running", "queued", "queued", "queued"]);
    expect(begun).toEqual(["a", "b"]);
    await clock.advance(600_000);
    expect(await statuses(made)).toEqual(["complete", "complete", "running", "running", "queued"]);
    await clock.advance(2 * 600_000);
    expect(await statuses(made)).toEqual(Array.from({ length: 5 }, () => "complete"));
    expect(begun).toEqual(["a", "b", "c", "d", "e"]);
    expect(most).toBe(2);
    const events = (await eventsOf(made[4]!)).map(({ type }) => type);
    expect(events.slice(0, 3)).toEqual(["workflow_queued", "workflow_started", "step_started"]);
  });

  test("take the places of those that sleep and wait, which queue again when they wake", async () => {
    const { workflow, clock } = await start(module, [LIMITED]);
    const made = [
      await workflow().create({ id: "a", params: { nap: HOUR } }),
      await workflow().create({ id: "b", params: { wait: true } }),
    ];
    await clock.advance(1000);
    for (const id of ["c", "d"]) made.push(await workflow().create({ id }));
    await clock.advance(1000);
    expect(await statuses(made)).toEqual(["waiting", "waiting", "running", "running"]);
    await made[1]!.sendEvent({ type: "go" });
    await clock.advance(1000);
    expect(await statuses(made)).toEqual(["waiting", "queued", "running", "running"]);
    await clock.advance(600_000);
    expect(await statuses(made)).toEqual(["waiting", "running", "complete", "complete"]);
    await clock.advance(2 * HOUR);
    expect(await statuses(made)).toEqual(Array.from({ length: 4 }, () => "complete"));
    expect(begun).toEqual(["c", "d", "b", "a"]);
    expect(most).toBe(2);
  });

  test("can be terminated and deleted while they wait; the places of others are free again", async () => {
    const { workflow, clock } = await start(module, [LIMITED]);
    const made: WorkflowInstance[] = [];
    for (const id of ["a", "b", "c", "d", "e"]) made.push(await workflow().create({ id }));
    await clock.advance(1000);
    await made[2]!.terminate();
    await made[3]!.delete();
    await made[2]!.restart();
    await made[0]!.terminate();
    await made[1]!.pause();
    await clock.advance(1000);
    expect((await made[1]!.status()).status).toBe("waitingForPause");
    expect((await made[4]!.status()).status).toBe("running");
    await clock.advance(600_000);
    expect((await made[1]!.status()).status).toBe("paused");
    await clock.advance(HOUR);
    await made[1]!.resume();
    await clock.advance(HOUR);
    expect(await statuses([made[1]!, made[2]!, made[4]!])).toEqual([
      ...["complete", "complete", "complete"],
    ]);
    expect(begun).toEqual(["a", "b", "e", "c"]);
  });

  test("keep their order when the process dies", async () => {
    const { workflow, clock, host } = await start(module, [LIMITED]);
    const ids = ["a", "b", "c", "d", "e"];
    const made: WorkflowInstance[] = [];
    for (const id of ids) made.push(await workflow().create({ id }));
    await clock.advance(1000);
    running.clear();
    await host.abortAll(new Error("The process died."));
    await clock.advance(4 * HOUR);
    expect(await statuses(made)).toEqual(ids.map(() => "complete"));
    expect([...new Set(begun)]).toEqual(ids);
    expect(most).toBe(2);
  });
});

test("so many may wait, and no more", async () => {
  const { workflow } = await start(module, [LIMITED], { limits: { queued: 1 } });
  for (const id of ["a", "b", "c"]) await workflow().create({ id });
  await expect(workflow().create({ id: "d" })).rejects.toThrow(
    "WorkflowError: (instance.too_many_queued) There are 1 queued instances already",
  );
  expect(await workflow().createBatch({ instances: [{ id: "d" }] })).toMatchObject({
    created: [],
    errors: [{ index: 0, id: "d", code: 429 }],
  });
  await expect(workflow().get("d")).rejects.toThrow("instance.not_found");
});

test("a queue outlives its host, and comes before what is made later", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "freehold-queue-"));
  folders.push(dataDirectory);
  const clock = new TestClock();
  const first = await start(module, [LIMITED], { dataDirectory, clock });
  for (const id of ["a", "b", "c", "d"]) await first.workflow().create({ id });
  await clock.advance(1000);
  expect(begun).toEqual(["a", "b"]);
  await first.host.close();
  running.clear();
  const { workflow } = await start(module, [LIMITED], { dataDirectory, clock });
  await workflow().create({ id: "e" });
  await clock.advance(4 * HOUR);
  const made = await Promise.all(["a", "b", "c", "d", "e"].map((id) => workflow().get(id)));
  expect(await statuses(made)).toEqual(Array.from({ length: 5 }, () => "complete"));
  expect(begun.filter((id) => id > "b")).toEqual(["c", "d", "e"]);
  expect(most).toBe(2);
});
