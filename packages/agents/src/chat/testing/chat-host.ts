/**
 * A chat's agent for tests: its clock stands until it is moved, what it sends is kept.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { ChatHost } from "../host.ts";
import type { ChatResponseResult, OnChatMessageOptions } from "../types.ts";
import { openDatabase, type TestDatabase } from "./database.ts";

/** The host, and what it saw. */
export interface TestHost extends ChatHost {
  now: number;
  answer: (options: OnChatMessageOptions) => Promise<Response | undefined>;
  readonly sent: { readonly frame: Record<string, unknown>; readonly without: string[] }[];
  readonly results: ChatResponseResult[];
  readonly errors: unknown[];
}

/** Makes one, over a database that an earlier one may have used. */
export function testHost(database: TestDatabase = openDatabase()): TestHost {
  let ids = 0;
  const host: TestHost = {
    ...database,
    now: 1_700_000_000_000,
    clock: {
      now: () => host.now,
      sleep: () => Promise.resolve(),
      after: () => () => undefined,
    },
    random: { fraction: () => ++ids / 1e6, id: () => `id-${++ids}` },
    messages: [],
    maxPersistedMessages: undefined,
    hydrationByteBudget: Number.POSITIVE_INFINITY,
    answer: async () => undefined,
    sent: [],
    results: [],
    errors: [],
    broadcast: (frame, without) => void host.sent.push({ frame: JSON.parse(frame), without }),
    send: (_connection, frame) => void host.sent.push({ frame: JSON.parse(frame), without: [] }),
    awake: (body) => body(),
    reply: (options) => host.answer(options),
    sanitize: (message) => message,
    responded: (result) => void host.results.push(result),
    failed: async (error) => void host.errors.push(error),
    emit: () => undefined,
  };
  return host;
}

/** A message with one text. */
export function message(id: string, text: string, role: UIMessage["role"] = "user"): UIMessage {
  return { id, role, parts: [{ type: "text", text }] };
}

/** A response of chunks that the test pushes. */
export function pushedResponse() {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(made) {
      controller = made;
    },
  });
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    push: (chunk: object) =>
      controller?.enqueue(encoder.encode(`data: ${JSON.stringify(chunk)}\n\n`)),
    end: () => controller?.close(),
  };
}
