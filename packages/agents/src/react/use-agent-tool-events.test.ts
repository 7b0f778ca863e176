import "./testing/dom.ts";
import { act, cleanup, renderHook } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, expect, test } from "vitest";
import type { AgentToolEvent } from "../agent-tools/types.ts";
import { useAgentToolEvents } from "./use-agent-tool-events.ts";

afterEach(cleanup);

function mount() {
  const agent = new EventTarget();
  const hook = renderHook(() => useAgentToolEvents({ agent: agent as never }), {
    wrapper: StrictMode,
  });
  const send = (data: unknown) =>
    act(() => void agent.dispatchEvent(new MessageEvent("message", { data })));
  const tell = (sequence: number, event: AgentToolEvent, more: object = {}) =>
    send(JSON.stringify({ type: "agent-tool-event", sequence, event, ...more }));
  return { hook, send, tell, seen: () => hook.result.current };
}

const started = (runId: string, order = 0) =>
  ({ kind: "started", runId, agentType: "Researcher", order }) as const;
const chunk = (runId: string, body: object) =>
  ({ kind: "chunk", runId, body: JSON.stringify(body) }) as const;

test("a run is shown as it goes: its message, its end, and where to look closer", () => {
  const { seen, tell } = mount();
  tell(0, { ...started("r"), inputPreview: "in", display: { name: "Tool" } });
  tell(1, chunk("r", { type: "text-start", id: "t" }));
  tell(2, chunk("r", { type: "text-delta", id: "t", delta: "Hel" }));
  tell(3, chunk("r", { type: "text-delta", id: "t", delta: "lo" }));
  expect(seen().runsById.r).toMatchObject({
    ...{ status: "running", inputPreview: "in", display: { name: "Tool" } },
    ...{ parts: [{ type: "text", text: "Hello" }], subAgent: { agent: "Researcher", name: "r" } },
  });
  tell(4, { kind: "finished", runId: "r", summary: "Hello" });
  expect(seen().runsById.r).toMatchObject({ status: "completed", summary: "Hello" });
});

test("what is told again after a reconnect is counted once, and what was missed is added", () => {
  const { seen, tell } = mount();
  const replay = { replay: true };
  const delta = (text: string) => chunk("r", { type: "text-delta", id: "t", delta: text });
  tell(0, started("r"));
  tell(1, chunk("r", { type: "text-start", id: "t" }));
  tell(2, delta("a"));
  tell(0, started("r"), replay);
  tell(1, chunk("r", { type: "text-start", id: "t" }), replay);
  tell(2, delta("a"), replay);
  tell(3, delta("b"), replay);
  tell(3, delta("b"));
  expect(seen().runsById.r?.parts).toMatchObject([{ text: "ab" }]);
});

test("runs are grouped by the call that they belong to, in their order", () => {
  const { seen, tell } = mount();
  tell(0, started("b", 1), { parentToolCallId: "call" });
  tell(0, started("a", 0), { parentToolCallId: "call" });
  tell(0, started("alone"));
  expect(
    seen()
      .getRunsForToolCall("call")
      .map(({ runId }) => runId),
  ).toEqual(["a", "b"]);
  expect(seen().unboundRuns.map(({ runId }) => runId)).toEqual(["alone"]);
  expect(seen().getRunsForToolCall("constructor")).toEqual([]);
  act(() => seen().resetLocalState());
  expect(seen().runsById).toEqual({});
  tell(0, started("a"), { parentToolCallId: "call" });
  expect(seen().getRunsForToolCall("call")).toHaveLength(1);
});

test("progress is the latest word, milestones are kept, each once", () => {
  const { seen, tell } = mount();
  tell(0, started("r"));
  const progress = (fraction: number) =>
    chunk("r", { type: "data-agent-progress", transient: true, data: { fraction, at: 1 } });
  const reached = (sequence: number, name: string) =>
    chunk("r", { type: "data-agent-milestone", data: { name, sequence, at: 2 } });
  tell(1, progress(0.1));
  tell(1, progress(0.5));
  tell(1, reached(2, "second"));
  tell(1, reached(1, "first"));
  tell(1, reached(2, "second"), { replay: true });
  const run = seen().runsById.r;
  expect(run?.progress).toEqual({ fraction: 0.5, at: 1 });
  expect(run?.milestones?.map(({ name }) => name)).toEqual(["first", "second"]);
  expect(run?.parts).toEqual([]);
});

test.each([
  [
    { kind: "error", runId: "r", error: "broken" },
    { status: "error", error: "broken" },
  ],
  [
    { kind: "aborted", runId: "r", reason: "why" },
    { status: "aborted", error: "why" },
  ],
  [
    { kind: "interrupted", runId: "r", error: "e", reason: "no-progress", childStillRunning: true },
    { status: "interrupted", error: "e", reason: "no-progress", childStillRunning: true },
  ],
] as const)("an end like %j is shown", (event, expected) => {
  const { seen, tell } = mount();
  tell(0, started("r"));
  tell(1, event);
  expect(seen().runsById.r).toMatchObject(expected);
});

test("a run that was given up may still end", () => {
  const { seen, tell } = mount();
  tell(0, started("r"));
  tell(1, { kind: "interrupted", runId: "r", error: "e", reason: "no-progress" });
  tell(1, chunk("r", { type: "text-delta", id: "t", delta: "late" }));
  tell(2, { kind: "finished", runId: "r", summary: "late" });
  expect(seen().runsById.r).toMatchObject({ status: "completed", summary: "late" });
  expect(seen().runsById.r).not.toHaveProperty("reason");
  expect(seen().runsById.r).not.toHaveProperty("error");
});

test.each([
  "hello",
  new ArrayBuffer(3),
  '{"type":"agent-tool-event"}',
  '{"type":"agent-tool-event","sequence":0,"event":null}',
  '{"type":"agent-tool-event","sequence":0',
  '{"type":"agent-tool-event","sequence":1,"event":{"kind":"chunk","runId":"__proto__","body":"{"}}',
  '{"type":"cf_agent_state","state":{}}',
])("other messages change nothing: %s", (data) => {
  const { seen, send } = mount();
  const before = seen();
  send(data);
  expect(seen()).toBe(before);
});

test("a chunk that cannot be read is passed over", () => {
  const { seen, tell } = mount();
  tell(0, started("__proto__"));
  tell(1, { kind: "chunk", runId: "__proto__", body: "{broken" });
  tell(2, { kind: "chunk", runId: "__proto__", body: "null" });
  tell(3, { kind: "finished", runId: "__proto__", summary: "s" });
  expect(seen().unboundRuns).toMatchObject([{ status: "completed", parts: [] }]);
});
