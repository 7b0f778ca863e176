import { subscribe as subscribeTo, unsubscribe } from "node:diagnostics_channel";
import { expect, test, vi } from "vitest";
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
  ["message:request", "agents:message"],
  ["submission:create", "agents:message"],
  ["action:pause:created", "agents:message"],
  ["transcript:repaired", "agents:transcript"],
  ["fiber:run:started", "agents:fiber"],
  ["task:step:retry", "agents:task"],
  ["stream:opened", "agents:stream"],
  ["schedule:create", "agents:schedule"],
  ["workflow:event", "agents:workflow"],
  ["mcp:client:connect", "agents:mcp"],
  ["email:send", "agents:email"],
  ["channel:resolved", "agents:channel"],
  ["session:cleared", "agents:lifecycle"],
  ["alarm:memory_limit_reset", "agents:lifecycle"],
  ["destroy", "agents:lifecycle"],
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

test("a subscriber that throws disturbs neither the agent nor the others", () => {
  const event = { type: "destroy", payload: {}, timestamp: 1 } as const;
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const seen: unknown[] = [];
  const stops = [
    subscribe("lifecycle", () => {
      throw new Error("mine");
    }),
    subscribe("lifecycle", (told) => void seen.push(told)),
  ];
  genericObservability.emit(event);
  for (const stop of stops) stop();
  expect([seen, logged.mock.calls.length]).toEqual([[event], 1]);
  logged.mockRestore();
});

test("subscribers see the payloads of their channel only", () => {
  const stops = [
    subscribe("task", ({ payload }) => void payload.runId),
    subscribe("stream", ({ payload }) => void payload.streamId),
    subscribe("mcp", (event) => {
      if (event.type === "mcp:client:authorize") void event.payload.authUrl;
      // @ts-expect-error An event of another channel.
      if (event.type === "rpc") void event.payload;
    }),
    subscribe("chat", (event) => {
      // @ts-expect-error Repairs of transcripts have a channel of their own.
      if (event.type === "chat:transcript:repaired") void event.payload;
    }),
  ];
  for (const stop of stops) stop();
  expect(stops).toHaveLength(4);
});
