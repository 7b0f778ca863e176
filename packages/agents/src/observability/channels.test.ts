import { subscribe as subscribeTo, unsubscribe } from "node:diagnostics_channel";
import { expect, test } from "vitest";
import { channelOf, genericObservability, subscribe } from "./channels.ts";

test.each([
  ["state:update", "agents:state"],
  ["rpc", "agents:rpc"],
  ["rpc:error", "agents:rpc"],
  ["tool:call", "agents:message"],
  ["chat:turn:start", "agents:chat"],
  ["chat:transcript:repaired", "agents:transcript"],
  ["queue:create", "agents:schedule"],
  ["agent_tool:recovery:begin", "agents:agent_tool"],
  ["notice:failed", "agents:channel"],
  ["connect", "agents:lifecycle"],
  ["job:slow_dispatch", "agents:lifecycle"],
])("%s goes to %s", (type, name) => {
  expect(channelOf(type).name).toBe(name);
});

test("subscribers are told at once, until they stop", () => {
  const event = { type: "connect", payload: { connectionId: "c" }, timestamp: 1 } as const;
  const seen: unknown[] = [];
  const raw: unknown[] = [];
  const listener = (message: unknown) => void raw.push(message);
  subscribeTo("agents:lifecycle", listener);
  const stop = subscribe("lifecycle", (told) => void seen.push(told));
  genericObservability.emit(event);
  stop();
  genericObservability.emit(event);
  unsubscribe("agents:lifecycle", listener);
  expect([seen, raw.length]).toEqual([[event], 2]);
});
