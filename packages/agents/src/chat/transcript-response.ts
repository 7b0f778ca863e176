/**
 * A transcript over HTTP.
 *
 * @module
 */

import type { UIMessage } from "ai";

/** Bytes of JSON handed over at once, one message at least. */
const BATCH_BYTES = 256 * 1024;

/** Messages as one JSON array, each read when it is asked for. */
export function transcriptResponse(
  ids: readonly string[],
  read: (id: string) => UIMessage | undefined,
): Response {
  const encoder = new TextEncoder();
  const left = ids.values();
  let text = "[";
  let comma = "";
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      for (const id of left) {
        const message = read(id);
        if (!message) continue;
        text += comma + JSON.stringify(message);
        comma = ",";
        if (text.length >= BATCH_BYTES) break;
      }
      const ended = text.length < BATCH_BYTES;
      controller.enqueue(encoder.encode(ended ? `${text}]` : text));
      text = "";
      if (ended) controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}
