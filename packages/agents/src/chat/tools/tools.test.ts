import type { UIMessage } from "ai";
import { expect, test, vi } from "vitest";
import { createToolsFromClientSchemas } from "./client-tools.ts";
import { readToolApproval, readToolResult } from "./frames.ts";
import {
  clientResolvableToolNames,
  hasIncompleteToolBatch,
  partAwaitsClientInteraction,
} from "./parts.ts";
import {
  interruptedPart,
  normalizeToolInput,
  repairInterruptedToolParts,
  toolPartHasSettledResult,
} from "./repair.ts";
import {
  applyToolUpdate,
  crossMessageToolResultUpdate,
  pausedExecutionUpdate,
  toolApprovalUpdate,
  toolResultUpdate,
} from "./updates.ts";

type Part = Record<string, unknown>;
const part = (state: string, more: Part = {}): Part => ({
  ...{ type: "tool-get", toolCallId: "c", state, input: {} },
  ...more,
});
const after = (before: Part, update: Parameters<typeof applyToolUpdate>[1]) =>
  applyToolUpdate([before], update)?.parts[0];

test("a result settles a call once", () => {
  for (const state of ["input-available", "approval-requested", "approval-responded"]) {
    expect(after(part(state), toolResultUpdate("c", 5))).toMatchObject({
      ...{ state: "output-available", output: 5, preliminary: false },
    });
  }
  const settled = part("output-available", { output: 1 });
  expect(after(settled, toolResultUpdate("c", 5))).toBe(settled);
  expect(after(part("input-available"), toolResultUpdate("c", 0, "output-error"))).toMatchObject({
    ...{ state: "output-error", errorText: "Tool execution denied by user" },
  });
  expect(applyToolUpdate([part("input-streaming")], toolResultUpdate("c", 5))).toBeNull();
  expect(applyToolUpdate([part("input-available")], toolResultUpdate("other", 5))).toBeNull();
});

test("an approval keeps what it was asked with", () => {
  const asked = part("approval-requested", { approval: { id: "a", descriptor: 1 } });
  expect(after(asked, toolApprovalUpdate("c", true))).toMatchObject({
    ...{ state: "approval-responded", approval: { id: "a", descriptor: 1, approved: true } },
  });
  expect(after(part("input-available"), toolApprovalUpdate("c", false, "no"))).toMatchObject({
    ...{ state: "output-denied", approval: { id: "c", approved: false, reason: "no" } },
  });
  expect(applyToolUpdate([part("approval-responded")], toolApprovalUpdate("c", false))).toBeNull();
});

test("results of other messages and of paused work come to their calls once", () => {
  const preliminary = part("output-available", { output: 1, preliminary: true });
  const update = crossMessageToolResultUpdate("c", "output-available", 2);
  expect(after(preliminary, update)).toMatchObject({ output: 2 });
  const final = part("output-available", { output: 1 });
  expect(after(final, update)).toBe(final);
  const paused = part("output-available", { output: { status: "paused", executionId: "e" } });
  expect(after(paused, pausedExecutionUpdate("c", "e", "done"))).toMatchObject({ output: "done" });
  expect(after(paused, pausedExecutionUpdate("c", "f", "done"))).toBe(paused);
});

test("a step is incomplete while one of its calls is answered and another is not", () => {
  const of = (...parts: Part[]) => hasIncompleteToolBatch([{ role: "assistant", parts }]);
  expect(of(part("output-available"), part("input-available"))).toBe(true);
  expect(of(part("approval-responded"), part("approval-requested"))).toBe(true);
  expect(of(part("output-available"), part("output-denied"))).toBe(false);
  expect(of(part("input-available"))).toBe(false);
  expect(hasIncompleteToolBatch([])).toBe(false);
});

test("a client can still answer for its own tools and where a person is asked", () => {
  const names = clientResolvableToolNames([{ name: "get" }, null, {}]);
  expect(partAwaitsClientInteraction(part("input-available"), names)).toBe(true);
  expect(partAwaitsClientInteraction(part("input-available"), new Set())).toBe(false);
  expect(partAwaitsClientInteraction(part("approval-requested"), new Set())).toBe(true);
  const dynamic = part("input-available", { type: "dynamic-tool", toolName: "get" });
  expect(partAwaitsClientInteraction(dynamic, names)).toBe(true);
});

test("interrupted calls fail, with an input that providers take; the rest stays", () => {
  const answer = (id: string, ...parts: Part[]) =>
    ({ id, role: "assistant", parts }) as unknown as UIMessage;
  const messages = [
    answer("a", part("input-available", { input: '{"x":1}' }), part("approval-responded")),
    answer("b", part("output-available", { output: 1, input: "no JSON" })),
    answer("c", part("approval-responded"), part("output-error")),
  ];
  const options = { repairPart: interruptedPart, repairApprovalResponded: true };
  const { messages: mended, ...counts } = repairInterruptedToolParts(messages, options);
  expect(mended.map(({ parts }) => parts.map((each) => Reflect.get(each, "state")))).toEqual([
    ["output-error", "output-error"],
    ["output-available"],
    ["approval-responded", "output-error"],
  ]);
  expect(mended[0]?.parts[0]).toMatchObject({ input: { x: 1 }, errorText: expect.any(String) });
  expect(mended[1]?.parts[0]).toMatchObject({ input: {} });
  expect(mended[2]).toBe(messages[2]);
  expect(counts).toEqual({ removedToolCalls: 2, normalizedInputs: 2, toolCallIds: ["c", "c"] });
  const again = repairInterruptedToolParts(mended, options);
  expect(again.messages).toBe(mended);
  expect(toolPartHasSettledResult(part("output-denied"))).toBe(true);
  expect([[], null, "[]", " {bad"].map((raw) => normalizeToolInput(raw).input)).toEqual([
    ...[{}, {}, {}, {}],
  ]);
});

test("frames that name no call, or decide nothing, are none", () => {
  const type = "cf_agent_tool_result";
  expect(readToolResult({ type })).toBeUndefined();
  expect(readToolResult({ type, toolCallId: "c", clientTools: [{}], autoContinue: 1 })).toEqual({
    ...{ toolCallId: "c", toolName: "", output: undefined, state: "output-available" },
    ...{ errorText: undefined, autoContinue: false, clientTools: undefined },
  });
  const approval = { type: "cf_agent_tool_approval", toolCallId: "c" };
  expect(readToolApproval({ ...approval, approved: "yes" })).toBeUndefined();
  expect(readToolApproval({ ...approval, approved: false })).toMatchObject({ approved: false });
});

test("tools of clients become tools of the AI SDK; with execute they run there", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const schemas = [
    { name: "a", description: "first" },
    { name: "a", description: (() => "x") as never },
    { name: "__proto__" },
  ];
  const tools = createToolsFromClientSchemas(schemas);
  expect(Object.keys(tools)).toEqual(["a", "__proto__"]);
  expect(tools.a?.description).toBe("");
  expect(tools.a?.execute).toBeUndefined();
  expect(warn).toHaveBeenCalledWith(
    '[createToolsFromClientSchemas] Duplicate tool name "a" found. Later definitions will override earlier ones.',
  );
  warn.mockRestore();
  const ran = createToolsFromClientSchemas([{ name: "a" }], { execute: (call) => call });
  const options = { toolCallId: "c", messages: [] } as never;
  expect(await ran.a?.execute?.({ x: 1 } as never, options)).toEqual({
    ...{ toolName: "a", input: { x: 1 }, toolCallId: "c" },
  });
  expect(createToolsFromClientSchemas()).toEqual({});
});
