import { subscribe } from "@freehold/agents/observability";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock } from "../support/hosted.ts";

/** What observers of an agent are told. */

let running: Behaving;
let events: { type: string; agent?: string; name?: string; payload: object }[];
let stops: (() => void)[];

beforeEach(async () => {
  events = [];
  const keep = (event: (typeof events)[number]) => void events.push(event);
  stops = (["state", "rpc", "schedule", "lifecycle"] as const).map((key) => subscribe(key, keep));
  running = await behave(() => import("./workers/life.ts"), ["Sleeper", "Heir"]);
});
afterEach(async () => {
  for (const stop of stops) stop();
  await running.worker.stop();
});

const told = () => events.map(({ type, payload }) => [type, payload]);

test("connections, calls, changes and schedules are told, with agent and instance", async () => {
  const socket = await running.connect("sleeper/a?_pk=me");
  await socket.take(3);
  events.length = 0;
  await socket.call("set", 1);
  await socket.call("fail");
  await socket.call("stream", "end");
  await socket.call("plan");
  await clock.advance("31s");
  socket.close(4001, "bye");
  await vi.waitFor(() => expect(events.at(-1)?.type).toBe("disconnect"));
  const id = expect.any(String) as string;
  expect(told()).toEqual([
    ["state:update", {}],
    // As in the published package: a call that succeeds is told of at its end, a stream at its start.
    ["rpc", { method: "set" }],
    ["rpc:error", { method: "fail", error: "wrong" }],
    ["rpc", { method: "stream", streaming: true }],
    ["schedule:create", { callback: "fired", id }],
    ["rpc", { method: "plan" }],
    ["schedule:execute", { callback: "fired", id }],
    ["disconnect", { connectionId: "me", code: 4001, reason: "bye" }],
  ]);
  for (const event of events) {
    expect(event).toMatchObject({ agent: "Sleeper", name: "a", timestamp: expect.any(Number) });
  }
});

test("who stopped listening is told nothing", async () => {
  for (const stop of stops) stop();
  const socket = await running.connect("sleeper/a");
  await socket.take(3);
  expect(events).toEqual([]);
});
