/**
 * The answer of `onChatMessage` as a sequence of UI message chunks.
 *
 * @module
 */

import type { UIMessageChunk } from "ai";
import { endSse, readSse, SSE_START } from "./sse.ts";

/** What a plain-text answer is wrapped in. */
export interface PlainReply {
  /** Id of the message under way. */
  readonly messageId: string;
  /** Id of its one text part. */
  readonly textId: string;
}

/**
 * Reads a response chunk by chunk: server-sent events with the content type `text/event-stream`,
 * otherwise its text as one text part. Ends early, and cancels the response, when `signal` aborts.
 * Events that are no chunks are skipped. Rejects when reading the response fails.
 */
export function replyChunks(
  response: Response,
  signal: AbortSignal,
  plain: PlainReply,
): AsyncGenerator<UIMessageChunk, void, void> {
  const texts = responseTexts(response, signal);
  const streams = response.headers.get("content-type")?.includes("text/event-stream");
  return streams ? eventChunks(texts) : plainChunks(texts, plain, signal);
}

async function* eventChunks(texts: AsyncIterable<string>): AsyncGenerator<UIMessageChunk, void> {
  let state = SSE_START;
  for await (const text of texts) {
    const [next, events] = readSse(state, text);
    state = next;
    yield* events.flatMap(parseChunk);
  }
  yield* endSse(state).flatMap(parseChunk);
}

async function* plainChunks(
  texts: AsyncIterable<string>,
  { messageId, textId: id }: PlainReply,
  signal: AbortSignal,
): AsyncGenerator<UIMessageChunk, void> {
  yield { type: "start", messageId };
  yield { type: "text-start", id };
  for await (const delta of texts) if (delta !== "") yield { type: "text-delta", id, delta };
  if (signal.aborted) return;
  yield { type: "text-end", id };
  yield { type: "finish" };
}

/** Decodes a body with what was cut off carried over; abort ends it without an error. */
async function* responseTexts(
  response: Response,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  const aborted = Promise.withResolvers<undefined>();
  const onAbort = () => aborted.resolve(undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  let finished = false;
  try {
    while (true) {
      const read = await Promise.race([reader.read(), aborted.promise]);
      if (!read) return;
      if (read.done) {
        finished = true;
        yield decoder.decode();
        return;
      }
      yield decoder.decode(read.value, { stream: true });
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // The producer is told to stop. That it cannot be told any more does not matter.
    if (!finished) reader.cancel(signal.reason).catch(() => undefined);
  }
}

/** One event's data as a chunk, in a list; an empty list when it is none. */
export function parseChunk(data: string): UIMessageChunk[] {
  if (data === "" || data === "[DONE]") return [];
  try {
    const value: unknown = JSON.parse(data);
    return isChunk(value) ? [value] : [];
  } catch {
    return [];
  }
}

function isChunk(value: unknown): value is UIMessageChunk {
  return (
    typeof value === "object" && value !== null && typeof Reflect.get(value, "type") === "string"
  );
}
