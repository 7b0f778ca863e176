import { readUIMessageStream, type UIMessage, type UIMessageChunk } from "ai";
import { expect, test } from "vitest";
import { type Assembly, applyChunk, startAssembly } from "./assembly.ts";

/** Each type of chunk that the AI SDK has, and what of an answer it stands in. */

type NamedType = Exclude<UIMessageChunk["type"], `data-${string}`>;

const called = { type: "tool-input-start", toolCallId: "c", toolName: "look" } as const;
const input = { type: "tool-input-available", toolCallId: "c", toolName: "look" } as const;
const asked = { type: "tool-approval-request", approvalId: "a", toolCallId: "c" } as const;
const word = [
  { type: "text-start", id: "t" },
  { type: "text-delta", id: "t", delta: "so " },
  { type: "text-delta", id: "t", delta: "far" },
] as const;
const thought = [
  { type: "reasoning-start", id: "r" },
  { type: "reasoning-delta", id: "r", delta: "hm" },
] as const;
const file = { mediaType: "text/plain", url: "data:text/plain,x" };
const noted = { providerMetadata: { test: { note: 1 } } };

/** That there is one for each type is checked by the compiler. */
const answers = {
  start: [{ type: "start", messageId: "named", messageMetadata: { a: 1 } }],
  "start-step": [{ type: "start-step" }, ...word],
  "finish-step": [{ type: "start-step" }, ...word, { type: "finish-step" }],
  "reset-step": [{ type: "start-step" }, ...word, { type: "reset-step" }, { type: "start-step" }],
  finish: [...word, { type: "finish", finishReason: "stop", messageMetadata: { b: 2 } }],
  "message-metadata": [{ type: "message-metadata", messageMetadata: { b: 2 } }],
  abort: [...word, { type: "abort", reason: "enough" }],
  "text-start": [{ type: "text-start", id: "t", ...noted }],
  "text-delta": word,
  "text-end": [...word, { type: "text-end", id: "t" }],
  "reasoning-start": [{ type: "reasoning-start", id: "r", ...noted }],
  "reasoning-delta": thought,
  "reasoning-end": [...thought, { type: "reasoning-end", id: "r", ...noted }],
  "reasoning-file": [{ type: "reasoning-file", ...file }],
  "source-url": [{ type: "source-url", sourceId: "s", url: "https://example.org", title: "A" }],
  "source-document": [
    { type: "source-document", sourceId: "s", mediaType: "text/plain", title: "A", ...noted },
  ],
  file: [{ type: "file", ...file, ...noted }],
  custom: [{ type: "custom", kind: "test.card", ...noted }],
  "steering-message": [
    ...word,
    { type: "steering-message", id: "u", parts: [{ type: "text", text: "shorter" }] },
  ],
  "tool-input-start": [{ ...called, title: "Look" }],
  "tool-input-delta": [
    called,
    { type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"city":"Os' },
    { type: "tool-input-delta", toolCallId: "c", inputTextDelta: "lo" },
  ],
  "tool-input-available": [called, { ...input, input: { city: "Oslo" } }],
  "tool-input-error": [{ ...input, type: "tool-input-error", input: { city: 1 }, errorText: "no" }],
  "tool-approval-request": [{ ...input, input: {} }, asked],
  "tool-approval-response": [
    { ...input, input: {} },
    asked,
    { type: "tool-approval-response", approvalId: "a", approved: true },
  ],
  "tool-output-available": [
    { ...input, input: {}, dynamic: true },
    { type: "tool-output-available", toolCallId: "c", output: 1, dynamic: true },
  ],
  "tool-output-error": [
    { ...input, input: {} },
    { type: "tool-output-error", toolCallId: "c", errorText: "no" },
  ],
  "tool-output-denied": [
    { ...input, input: {} },
    asked,
    { type: "tool-output-denied", toolCallId: "c" },
  ],
  error: [...word, { type: "error", errorText: "broken" }],
} as const satisfies Readonly<Record<NamedType, readonly UIMessageChunk[]>>;

const data: readonly UIMessageChunk[] = [
  { type: "data-note", id: "n", data: 1 },
  { type: "data-note", id: "n", data: 2 },
  { type: "data-hint", data: 3, transient: true },
];

async function bySdk(chunks: readonly UIMessageChunk[]): Promise<UIMessage | undefined> {
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      // The SDK changes the chunks it is given.
      for (const chunk of chunks) controller.enqueue(structuredClone(chunk));
      controller.close();
    },
  });
  const message: UIMessage = { id: "m", role: "assistant", parts: [] };
  const onError = () => undefined;
  return (await Array.fromAsync(readUIMessageStream({ message, stream, onError }))).at(-1);
}

/**
 * Without what only one of the two keeps: names of tools and why it ended are in the published
 * package's messages, ids of thoughts and inputs before they are whole in the AI SDK's.
 */
function plain({ id, metadata, parts, role }: UIMessage): unknown {
  const kept = parts.map((part) => {
    const { rawInput: _raw, toolName: _name, ...rest } = part as Record<string, unknown>;
    if (rest.type === "reasoning") delete rest.id;
    if (rest.state === "input-streaming") delete rest.input;
    return rest;
  });
  const { finishReason: _reason, ...beside } = (metadata ?? {}) as Record<string, unknown>;
  return JSON.parse(JSON.stringify({ id, role, parts: kept, metadata: beside }));
}

test.each<[string, readonly UIMessageChunk[]]>([...Object.entries(answers), ["data-…", data]])(
  "a chunk of type %s makes of a message what the AI SDK makes of it",
  async (_type, chunks) => {
    const seen: UIMessageChunk = { type: "message-metadata", messageMetadata: { seen: true } };
    const all = [...chunks, seen];
    const own = all.reduce<Assembly>(applyChunk, startAssembly("m")).message;
    const theirs = await bySdk(all);
    expect(theirs).toBeDefined();
    expect(plain(own)).toEqual(theirs && plain(theirs));
  },
);
