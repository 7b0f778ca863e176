import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { runtimes } from "./support/runtimes.ts";
import { TestSocket } from "./support/socket.ts";
import type { RunningWorker } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/contexts.ts", import.meta.url).href);

type Log = [where: string, what: string][];

describe.each(runtimes)("getCurrentAgent() on %s", (_runtime, run) => {
  let worker: RunningWorker;

  beforeAll(async () => {
    worker = await run({ script: await bundleWorker(fixture), objects: { Witness: "Witness" } });
  });

  afterAll(() => worker?.stop());

  const read = async (path: string) => (await (await fetch(`${worker.url}${path}`)).json()) as Log;
  const at = (log: Log, place: string) => log.findLast(([where]) => where === place)?.[1];

  test("is empty outside of agents", async () => {
    expect(await read("/outside")).toEqual([""]);
  });

  test("has the request where one is answered, over promises and timers", async () => {
    const log = await read("/agents/witness/http?set");
    expect(log).toEqual([
      ["onStart", "agent http"],
      ["onRequest", "agent http, request"],
      ["onStateChanged", "agent http, request"],
      ["after a timer", "agent http, request"],
    ]);
  });

  test("has the connection for its messages and calls, with the request while it connects", async () => {
    const socket = await TestSocket.open(`ws://${worker.host}/agents/witness/ws?_pk=me`);
    await socket.take(3);
    const [answer] = await socket.call("call");
    const log = answer?.result as Log;
    expect(log.slice(-2)).toEqual([
      ["onConnect", "agent ws, connection me, request"],
      ["call", "agent ws, connection me"],
    ]);
    socket.send("text");
    const [told] = (await socket.take(1)) as [Log];
    expect(at(told, "onMessage")).toBe("agent ws, connection me");
    socket.send('{"type":"cf_agent_state","state":{"n":2}}');
    socket.close(1000);
    await socket.closed;
    await vi.waitFor(async () => {
      const later = await read("/agents/witness/ws");
      expect(at(later, "onClose")).toBe("agent ws, connection me");
      expect(at(later, "onStateChanged")).toBe("agent ws, connection me");
    });
  });

  test("has the agent alone for work in time, whoever asked for it", async () => {
    await read("/agents/witness/time?later");
    await vi.waitFor(async () => {
      const log = await read("/agents/witness/time");
      expect([at(log, "scheduled"), at(log, "queued")]).toEqual(["agent time", "agent time"]);
    });
  });

  test("has the agent in the hook of a change that somebody else asked for", async () => {
    await fetch(`${worker.url}/native`);
    expect(at(await read("/agents/witness/native"), "onStateChanged")).toBe("agent native");
  });

  test("never lets a request leak from one agent into another", async () => {
    const log = await read("/agents/witness/one?other=two");
    expect(at(log, "from another")).toBe("agent two");
    expect(at(log, "after another")).toBe("agent one, request");
  });
});
