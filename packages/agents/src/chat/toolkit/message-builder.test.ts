import type { UIMessage } from "ai";
import { expect, test } from "vitest";
import { broadcastTransition, StreamAccumulator, TextSegmentJoiner } from "./accumulator.ts";
import {
  applyChunkToParts,
  applyLateToolInput,
  isLateToolInputChunk,
  isReplayChunk,
  lateToolInputForwardChunks,
  type MessagePart,
  type StreamChunkData,
} from "./message-builder.ts";
import {
  aiSdkRecoveryCodec,
  type OrphanPersistStore,
  persistReconstructedOrphan,
  reconcileOrphanPartial,
} from "./orphans.ts";

const text = (delta: string, id = "t"): StreamChunkData => ({ type: "text-delta", id, delta });
const asked: StreamChunkData[] = [
  { type: "tool-input-start", toolCallId: "c", toolName: "pay" },
  { type: "tool-approval-request", toolCallId: "c", approvalId: "a" },
];

function built(chunks: readonly StreamChunkData[]): MessagePart[] {
  const parts: MessagePart[] = [];
  for (const chunk of chunks) applyChunkToParts(parts, chunk);
  return parts;
}

test("a list of parts grows in place, also by deltas of two texts at once", () => {
  const parts: MessagePart[] = [];
  const list = parts;
  const chunks = [
    { type: "text-start", id: "a" },
    { type: "text-start", id: "b" },
    ...[text("one ", "a"), text("two ", "b"), text("more", "a")],
  ];
  expect(chunks.map((chunk) => applyChunkToParts(parts, chunk))).toEqual(chunks.map(() => true));
  expect(applyChunkToParts(parts, { type: "finish" })).toBe(false);
  expect(applyChunkToParts(parts, { type: "what-is-this" })).toBe(false);
  expect(list.map((part) => Reflect.get(part, "text"))).toEqual(["one more", "two "]);
});

test("chunks that would take clients back are told", () => {
  const parts = built([
    { type: "tool-input-start", toolCallId: "c", toolName: "get" },
    { type: "tool-input-available", toolCallId: "c", toolName: "get", input: {} },
  ]);
  const again = (type: string) => isReplayChunk(parts, { type, toolCallId: "c" });
  expect(again("tool-input-start")).toBe(true);
  expect(again("tool-input-available")).toBe(true);
  expect(again("tool-approval-request")).toBe(false);
  expect(again("tool-output-available")).toBe(false);
  expect(isReplayChunk(parts, { type: "tool-input-start", toolCallId: "other" })).toBe(false);
});

test("an input that comes after its question is added and does not take the question away", () => {
  const parts = built(asked);
  const late = {
    type: "tool-input-available",
    toolCallId: "c",
    toolName: "pay",
    input: { sum: 5 },
  };
  expect(isLateToolInputChunk(parts, late)).toBe(true);
  expect(lateToolInputForwardChunks(parts, late).map(({ type }) => type)).toEqual([
    ...["tool-input-available", "tool-approval-request"],
  ]);
  expect(applyLateToolInput(parts, late)).toBe(true);
  expect(parts).toMatchObject([{ state: "approval-requested", input: { sum: 5 } }]);
  expect(applyLateToolInput(parts, { ...late, input: { sum: 6 } })).toBe(false);
});

const user: UIMessage = { id: "u", role: "user", parts: [{ type: "text", text: "hi" }] };
const answer: UIMessage = {
  ...{ id: "a", role: "assistant", metadata: { n: 1 } },
  parts: [{ type: "text", text: "one" }],
};

test("an accumulator goes on with the last answer, whenever it learns of it", () => {
  const accumulator = new StreamAccumulator({ messageId: "x", continuation: true });
  accumulator.applyChunk({ type: "start", messageId: "ignored" });
  for (const chunk of [{ type: "text-start", id: "t" }, text("two")]) accumulator.applyChunk(chunk);
  const [, merged] = accumulator.mergeInto([user, answer]);
  expect(merged).toMatchObject({ id: "a", metadata: { n: 1 } });
  expect(merged?.parts.map((part) => Reflect.get(part, "text"))).toEqual(["one", "two"]);
  accumulator.applyChunk(text("!"));
  expect(accumulator.mergeInto([user, answer])[1]?.parts.at(-1)).toMatchObject({ text: "two!" });
});

test("an accumulator says what is not its own matter", () => {
  const accumulator = new StreamAccumulator({ messageId: "x" });
  expect(accumulator.applyChunk({ type: "start", messageId: "m" }).action).toEqual({
    ...{ type: "start", messageId: "m" },
  });
  expect(accumulator.messageId).toBe("m");
  const result = { type: "tool-output-available", toolCallId: "c9", output: 1 };
  expect(accumulator.applyChunk(result).action).toEqual({
    ...{ type: "cross-message-tool-update", updateType: "output-available" },
    ...{ toolCallId: "c9", output: 1 },
  });
  expect(accumulator.applyChunk({ type: "error", errorText: "no" }).action).toEqual({
    ...{ type: "error", error: "no" },
  });
  expect(accumulator.toMessage().parts).toEqual([]);
});

test("what is replayed is shown when all of it is there, what is live at once", () => {
  const event = { type: "response" as const, streamId: "r", messageId: "m" };
  let state = broadcastTransition(
    { status: "idle" },
    {
      ...event,
      replay: true,
      chunkData: { type: "start", messageId: "m" },
    },
  );
  for (const chunkData of [{ type: "text-start", id: "t" }, text("so far ")]) {
    state = broadcastTransition(state.state, { ...event, replay: true, chunkData });
    expect(state.messagesUpdate).toBeUndefined();
  }
  state = broadcastTransition(state.state, { ...event, replay: true, replayComplete: true });
  expect(state.messagesUpdate?.([user])[1]?.parts).toMatchObject([{ text: "so far " }]);
  state = broadcastTransition(state.state, { ...event, chunkData: text("and on") });
  expect(state.messagesUpdate?.([user])[1]?.parts).toMatchObject([{ text: "so far and on" }]);
  state = broadcastTransition(state.state, { ...event, done: true });
  expect([state.state.status, state.isStreaming]).toEqual(["idle", false]);
  const cleared = broadcastTransition(state.state, { type: "clear" });
  expect(cleared).toEqual({ state: { status: "idle" }, isStreaming: false });
});

test("texts are not glued together over what stands between them", () => {
  const joiner = new TextSegmentJoiner();
  const chunks = [text("one"), text(" two"), { type: "tool-input-start" }, { type: "finish-step" }];
  expect([...chunks, text("three")].flatMap((chunk) => joiner.pushChunk(chunk))).toEqual([
    ...[{ type: "text", text: "one" }, { type: "text", text: " two" }, { type: "boundary" }],
    { type: "text", text: "three" },
  ]);
});

test("what a stream had said is stored, beside what clients have said of its tools", async () => {
  const rows = new Map<string, UIMessage>();
  const store: OrphanPersistStore = {
    getMessage: (id) => rows.get(id) ?? null,
    appendMessage: (message) => void rows.set(message.id, message),
    updateMessage: (message) => void rows.set(message.id, message),
  };
  const options = {
    ...{ store, fallbackId: "f", merge: reconcileOrphanPartial },
    prepare: (message: UIMessage) => message,
  };
  const body = (chunk: StreamChunkData) => ({ body: JSON.stringify(chunk) });
  expect(await persistReconstructedOrphan([body({ type: "start" })], options)).toBe(false);
  const chunks = [{ type: "start", messageId: "m" }, ...asked].map(body);
  expect(await persistReconstructedOrphan(chunks, options)).toBe(true);
  const settled = { ...rows.get("m")?.parts[0], state: "output-denied" } as MessagePart;
  rows.set("m", { id: "m", role: "assistant", parts: [settled] });
  const more = [{ type: "text-start", id: "t" }, text("and")].map(body);
  await persistReconstructedOrphan([...chunks, ...more], options);
  expect(rows.get("m")?.parts).toMatchObject([{ state: "output-denied" }, { text: "and" }]);
  const partial = aiSdkRecoveryCodec.toRecoveryPartial([
    ...more.map((chunk) => chunk.body),
    "no chunk",
  ]);
  expect(partial).toMatchObject({ text: "and", hasSettledToolResults: false });
});
