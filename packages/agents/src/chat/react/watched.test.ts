import type { UIMessage, UIMessageChunk } from "ai";
import { describe, expect, it } from "vitest";
import type { ChatResponseFrame } from "../wire.ts";
import { resultsOf, withResults } from "./tool-results.ts";
import { startWatching, type Watched, watchFrame } from "./watched.ts";

const text = (...deltas: string[]): UIMessageChunk[] => [
  { type: "text-start", id: "t" },
  ...deltas.map((delta) => ({ type: "text-delta", id: "t", delta }) as const),
];

/** Shows frames to a tab; the texts that it showed after each. */
function watch(start: Watched, frames: readonly ChatResponseFrame[]): [UIMessage, boolean[]] {
  let watched = start;
  const shows = frames.map((frame) => {
    const next = watchFrame(watched, frame);
    watched = next.watched;
    return next.shows;
  });
  return [watched.assembly.message, shows];
}

function framesOf(chunks: readonly UIMessageChunk[], rest: Partial<ChatResponseFrame> = {}) {
  return chunks.map((chunk, seq): ChatResponseFrame => {
    return { id: "r", body: JSON.stringify(chunk), done: false, seq, ...rest };
  });
}

const CAUGHT_UP: ChatResponseFrame = {
  ...{ id: "r", body: "", done: false },
  ...{ replay: true, replayComplete: true },
};

const answer: UIMessage = {
  id: "a",
  role: "assistant",
  parts: [{ type: "text", text: "Before. ", state: "done" }],
};

describe("a turn that is watched", () => {
  it("is shown chunk by chunk, and a replay of it only as a whole", () => {
    const start = startWatching({ requestId: "r", kind: "other", fallbackId: "m" });
    const live = watch(start, framesOf(text("a", "b")));
    expect(live).toEqual([expect.objectContaining({ id: "m" }), [true, true, true]]);
    const replayed = watch(start, [...framesOf(text("a", "b"), { replay: true }), CAUGHT_UP]);
    expect(replayed[1]).toEqual([false, false, false, true]);
    expect(replayed[0].parts).toMatchObject([{ text: "ab" }]);
  });

  it("goes on with a message, as a whole where part of it was stored early", () => {
    const part = { type: "tool-pay", toolCallId: "c", state: "approval-requested", input: {} };
    const early = {
      ...answer,
      parts: [...answer.parts, { type: "text", text: "I ask. ", state: "streaming" }, part],
    } as UIMessage;
    const chunks: UIMessageChunk[] = [
      ...text("I ask. "),
      { type: "tool-input-available", toolCallId: "c", toolName: "pay", input: {} },
      { type: "tool-approval-request", toolCallId: "c", approvalId: "p" },
    ];
    const start = { requestId: "r", kind: "own", fallbackId: "m" } as const;
    const frames = [...framesOf(chunks, { replay: true, continuation: true }), CAUGHT_UP];
    const texts = ({ parts }: UIMessage) =>
      parts.map((each) => Reflect.get(each, "text") ?? each.type);
    const expected = ["Before. ", "I ask. ", "tool-pay"];
    for (const base of [answer, early]) {
      expect(texts(watch(startWatching({ ...start, base }), frames)[0])).toEqual(expected);
    }
  });

  it("keeps what came before a replay of what follows", () => {
    const start = startWatching({ requestId: "r", kind: "own", base: answer, fallbackId: "m" });
    const [first, second, third] = framesOf(text("x ", "y"), { continuation: true });
    const again = [first!, second!, third!].map((frame) => ({ ...frame, replay: true as const }));
    const [message] = watch(start, [first!, second!, ...again, CAUGHT_UP]);
    expect(message.parts).toMatchObject([{ text: "Before. " }, { text: "x y" }]);
  });
});

it("puts results of tools where calls are open, and nowhere else", () => {
  const part = { type: "tool-pay", toolCallId: "c", input: {} };
  const withState = (state: string, rest: object = {}): UIMessage => ({
    ...answer,
    parts: [{ ...part, state, ...rest }] as never,
  });
  const results = resultsOf(withState("output-available", { output: 1 }));
  const [open] = withResults([withState("input-available")], results);
  expect(open?.parts).toMatchObject([{ state: "output-available", output: 1 }]);
  for (const state of ["output-error", "input-streaming", "output-denied"]) {
    const messages = [withState(state)];
    expect(withResults(messages, results)).toBe(messages);
  }
  const approved = resultsOf(withState("approval-responded"));
  const responded = [withState("approval-responded")];
  expect(withResults(responded, approved)).toBe(responded);
  expect(resultsOf(withState("input-available")).size).toBe(0);
});
