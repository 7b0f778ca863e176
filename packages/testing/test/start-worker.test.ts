import { AgentClient } from "agents/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  clock,
  evictDurableObject,
  listDurableObjectIds,
  listen,
  type RunningTestWorker,
  runInDurableObject,
  startWorker,
} from "../src/index.ts";

/** Workers that test files start themselves: here one on the published package. */

/** In a variable, since its types are those of the platform and not of Node. */
const WORKER: string = "./fixtures/agents/src/worker.ts";

interface Reminder {
  remind(when: number, text: string): Promise<string>;
  said(): Promise<string[]>;
}

function start(): Promise<RunningTestWorker> {
  return startWorker({
    load: () => import(WORKER),
    objects: { Reminder: "Reminder" },
    vars: { WHO: "you" },
    clock: { now: "2040-01-01", paused: true },
  });
}

function reminders({ env }: RunningTestWorker): { getByName(name: string): Reminder } {
  return env.Reminder as { getByName(name: string): Reminder };
}

describe("a Worker that a test starts", () => {
  let worker: RunningTestWorker;
  beforeEach(async () => {
    worker = await start();
  });
  afterEach(() => worker.stop());

  test.each([1, 2])("has the clock, and storage of its own (%i)", async () => {
    const agent = reminders(worker).getByName("a");
    expect(await listDurableObjectIds(worker.env.Reminder)).toEqual([]);
    await agent.remind(86_400, "tea");
    await evictDurableObject(agent);
    await clock.advance("1d");
    expect(await agent.said()).toEqual(["01-02T00:00:00 tea"]);
    const text = await runInDurableObject(agent, (_instance, { id }) => id.toString());
    expect(await listDurableObjectIds(worker.env.Reminder)).toEqual([
      expect.objectContaining({ toString: expect.any(Function) }),
    ]);
    expect(text).toMatch(/^[0-9a-f]{64}$/);
    expect((await worker.fetch(new Request("http://x/"))).status).toBe(404);
    expect(worker.env.WHO).toBe("you");
  });

  test("is served to real clients, whose sockets live through hibernation", async () => {
    const { url } = await listen();
    const states: string[][] = [];
    const client = new AgentClient<{ said: string[] }>({
      agent: "reminder",
      name: "live",
      host: new URL(url).host,
      onStateUpdate: ({ said }) => states.push(said),
    });
    await client.ready;
    await client.call("remind", [3600, "hour"]);
    await clock.advance("30m");
    await expect(evictDurableObject(reminders(worker).getByName("live"))).rejects.toThrow(
      "not currently running",
    );
    await clock.advance("30m");
    await vi.waitFor(() => expect(states.at(-1)).toEqual(["01-01T01:00:00 hour"]));
    client.close();
  });
});

test("the one started last is the one that helpers work with", async () => {
  await using one = await start();
  {
    await using two = await start();
    await clock.advance("1d");
    expect(two.env).not.toBe(one.env);
  }
  expect(clock.now()).toBe(Date.UTC(2040, 0, 1));
});
