import { readUIMessageStream, type UIMessage, type UIMessageChunk } from "ai";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Assembly, applyChunk, startAssembly } from "./assembly.ts";

function assemble(chunks: readonly UIMessageChunk[], id = "m"): UIMessage {
  return chunks.reduce<Assembly>(applyChunk, startAssembly(id)).message;
}

/** What the AI SDK's own reducer makes of the same chunks. */
async function assembleBySdk(chunks: readonly UIMessageChunk[]): Promise<UIMessage | undefined> {
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      // The SDK changes the chunks it is given.
      for (const chunk of chunks) controller.enqueue(structuredClone(chunk));
      controller.close();
    },
  });
  const message: UIMessage = { id: "m", role: "assistant", parts: [] };
  return (await Array.fromAsync(readUIMessageStream({ message, stream }))).at(-1);
}

const text = fc.string({ maxLength: 5 });
const block = fc
  .record({ kind: fc.constantFrom("text", "reasoning"), id: fc.uuid(), deltas: fc.array(text) })
  .map(({ kind, id, deltas }) => [
    { type: `${kind}-start`, id },
    ...deltas.map((delta) => ({ type: `${kind}-delta`, id, delta })),
    { type: `${kind}-end`, id },
  ]);
const tool = fc
  .record({ id: fc.uuid(), dynamic: fc.boolean(), input: fc.jsonValue(), fails: fc.boolean() })
  .map(({ id, dynamic, input, fails }) => [
    { type: "tool-input-start", toolCallId: id, toolName: "look", dynamic },
    { type: "tool-input-available", toolCallId: id, toolName: "look", input, dynamic },
    fails
      ? { type: "tool-output-error", toolCallId: id, errorText: "no" }
      : { type: "tool-output-available", toolCallId: id, output: input },
  ]);
const other = fc.constantFrom<readonly object[]>(
  [{ type: "data-note", id: "n", data: 1 }],
  [{ type: "data-note", id: "n", data: 2 }],
  [{ type: "data-note", data: 3 }],
  [{ type: "data-hint", data: 3, transient: true }],
  [{ type: "source-url", sourceId: "s", url: "https://example.org" }],
  [{ type: "file", mediaType: "text/plain", url: "data:," }],
  [{ type: "message-metadata", messageMetadata: { b: 2 } }],
);

/** Sequences that each keep their order, mixed, within one step. */
const step = fc
  .tuple(fc.array(fc.oneof(block, tool, other), { maxLength: 5 }), fc.infiniteStream(fc.nat()))
  .map(([sequences, picks]) => {
    const waiting = sequences.map((sequence) => [...sequence]);
    const chunks: object[] = [];
    for (let left = waiting.filter((each) => each.length > 0); left.length > 0; ) {
      chunks.push(left[picks.next().value % left.length]!.shift()!);
      left = waiting.filter((each) => each.length > 0);
    }
    return [{ type: "start-step" }, ...chunks, { type: "finish-step" }];
  });
const start = fc.constantFrom({}, { messageId: "named" }, { messageMetadata: { a: 1 } });
const answer = fc
  .tuple(start, fc.array(step, { maxLength: 3 }))
  .map(([named, steps]) => [{ type: "start", ...named }, ...steps.flat()] as UIMessageChunk[]);

/** Without what the SDK keeps beside: names, raw input, and absent fields. */
function comparable(message: UIMessage | undefined): unknown {
  const { id, role, parts, metadata } = message ?? { id: "m", role: "assistant", parts: [] };
  const kept = parts.map((part) => {
    const { toolName, rawInput, preliminary, id, providerExecuted, ...rest } = part as Record<
      string,
      unknown
    >;
    return part.type === "reasoning"
      ? rest
      : { ...rest, ...(part.type.startsWith("data-") ? { id } : {}) };
  });
  return JSON.parse(JSON.stringify({ id, role, parts: kept, metadata }));
}

describe("applyChunk", () => {
  it("agrees with the AI SDK, blocks and tools of a step in any mix", async () => {
    await fc.assert(
      fc.asyncProperty(answer, async (some) => {
        // The SDK shows a message only after a chunk that changes it visibly.
        const last: UIMessageChunk = { type: "message-metadata", messageMetadata: { end: true } };
        const chunks = [...some, last];
        expect(comparable(assemble(chunks))).toEqual(comparable(await assembleBySdk(chunks)));
      }),
      { numRuns: 300 },
    );
  });

  it("never changes what it was given", () => {
    fc.assert(
      fc.property(answer, (chunks) => {
        let assembly = startAssembly("m");
        for (const chunk of chunks) {
          const before = JSON.stringify(assembly);
          const next = applyChunk(assembly, chunk);
          expect(JSON.stringify(assembly)).toBe(before);
          assembly = next;
        }
      }),
    );
  });

  it("keeps a final tool result, and lets a preliminary one give way", () => {
    const base: UIMessageChunk[] = [
      { type: "tool-input-available", toolCallId: "c", toolName: "look", input: {} },
      { type: "tool-output-available", toolCallId: "c", output: 1, preliminary: true },
      { type: "tool-output-available", toolCallId: "c", output: 2 },
    ];
    const late: UIMessageChunk = { type: "tool-output-error", toolCallId: "c", errorText: "late" };
    expect(assemble([...base, late])).toMatchObject({
      parts: [{ state: "output-available", output: 2 }],
    });
  });

  it("takes chunks out of place without failing", () => {
    const odd = [
      { type: "text-delta", id: "never", delta: "kept" },
      { type: "text-delta", id: "never" },
      { type: "tool-input-available", toolName: "nameless", input: {} },
      { type: "tool-input-start", toolCallId: "c" },
      { type: "start", messageId: 5 },
      { type: "start", messageId: "" },
      { type: "text-end", id: "other" },
      { type: "reasoning-end", id: "none" },
      { type: "tool-output-available", toolCallId: "none", output: 1 },
      { type: "tool-input-delta", toolCallId: "none", inputTextDelta: "x" },
      { type: "unheard-of" },
      { type: "abort" },
    ] as UIMessageChunk[];
    const { id, parts } = assemble(odd);
    expect(parts).toEqual([{ type: "text", text: "kept", state: "done" }]);
    expect(id).toBe(assemble([]).id);
  });

  it("follows an approval", () => {
    const chunks: UIMessageChunk[] = [
      { type: "tool-input-available", toolCallId: "c", toolName: "pay", input: { sum: 1 } },
      { type: "tool-approval-request", approvalId: "a", toolCallId: "c" },
    ];
    expect(assemble(chunks).parts).toMatchObject([
      { state: "approval-requested", approval: { id: "a" } },
    ]);
    const answered: UIMessageChunk = {
      type: "tool-approval-response",
      approvalId: "a",
      approved: false,
    };
    const denied: UIMessageChunk = { type: "tool-output-denied", toolCallId: "c" };
    expect(assemble([...chunks, answered, denied]).parts).toMatchObject([
      { state: "output-denied", approval: { id: "a", approved: false } },
    ]);
  });
});
