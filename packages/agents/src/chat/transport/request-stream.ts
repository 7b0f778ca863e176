/**
 * The chunks of one request, as they come over a connection.
 *
 * @module
 */

import type { UIMessageChunk } from "ai";
import { parseFrame } from "../../wire.ts";
import { parseChunk } from "../reply-chunks.ts";
import { readResponse } from "../wire.ts";
import type { AgentConnection } from "./connection.ts";

/** What to follow. */
export interface FollowOptions {
  readonly agent: AgentConnection;
  readonly requestId: string;
  /** Whether the request is on its way, and not only queued: only then a close interrupts it. */
  readonly sent: boolean;
  /** Detaches the stream; the request goes on. */
  readonly signal?: AbortSignal | undefined;
  /** The server said that the request is over. Also called after the stream was detached. */
  readonly onEnd: () => void;
  /** The connection broke; what follows has to be asked for anew. */
  readonly onLost: () => void;
}

/**
 * Streams the chunks of a request until its end. A failure of the turn errors the stream; a broken
 * connection ends it with an `error` chunk; an abort errors it and leaves the turn alone.
 */
export function followRequest(options: FollowOptions): ReadableStream<UIMessageChunk> {
  const { agent, requestId, signal, onEnd, onLost } = options;
  const listening = new AbortController();
  let { sent } = options;
  let open = true;
  return new ReadableStream<UIMessageChunk>({
    start(controller) {
      const settle = (finish: () => void) => {
        if (open) finish();
        open = false;
      };
      const over = () => {
        listening.abort();
        onEnd();
      };
      const on = { signal: listening.signal };
      agent.addEventListener(
        "message",
        (event) => {
          const frame = typeof event.data === "string" ? parseFrame(event.data) : undefined;
          const response = frame && readResponse(frame);
          if (response?.id !== requestId) return;
          if (response.error) {
            settle(() => controller.error(new Error(response.body || "Stream error")));
          } else if (open) {
            for (const chunk of parseChunk(response.body)) controller.enqueue(chunk);
          }
          if (!response.done) return;
          settle(() => controller.close());
          over();
        },
        on,
      );
      const markSent = () => {
        sent = true;
      };
      agent.addEventListener("open", markSent, on);
      agent.addEventListener(
        "close",
        () => {
          if (!sent) return;
          listening.abort();
          settle(() => {
            controller.enqueue({ type: "error", errorText: "WebSocket closed mid-stream" });
            controller.close();
          });
          onLost();
        },
        on,
      );
      const detach = () =>
        settle(() => controller.error(new DOMException("Aborted", "AbortError")));
      signal?.addEventListener("abort", detach, on);
      if (signal?.aborted) detach();
    },
    cancel() {
      open = false;
    },
  });
}
