/**
 * The chunks of one request, as they come over a connection.
 *
 * @module
 */

import type { UIMessageChunk } from "ai";
import { readResponse } from "../wire.ts";
import type { AgentConnection } from "./connection.ts";
import { frameOf } from "./frames.ts";
import { breakSequence, NEW_SEQUENCE, type Sequence, takeFrame } from "./sequence.ts";

/** What to follow. */
export interface FollowOptions {
  readonly agent: AgentConnection;
  readonly requestId: string;
  /** Whether the request is on its way, and not only queued: only then a close interrupts it. */
  readonly sent: boolean;
  /** Detaches the stream; the request goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the stream waits, when the connection breaks, for what comes over the next one. */
  readonly survives: boolean;
  /** Chunks are missing and a replay is needed. */
  readonly onGap: () => void;
  /** The server said that the request is over. Also called after the stream was detached. */
  readonly onEnd: () => void;
  /** The connection broke and the stream with it; what follows has to be asked for anew. */
  readonly onLost: () => void;
}

/** What a broken connection comes to where nobody takes the stream up. Part of the published behaviour. */
export const CLOSED_MID_STREAM = "WebSocket closed mid-stream";

const TEXT_CHUNK = /^(text|reasoning)-(start|delta|end)$/;

/**
 * Follows a request to its end, through `stream`. A failure of the turn errors the stream; a broken
 * connection ends it with an `error` chunk, unless it `survives`; an abort errors it and leaves the turn
 * alone.
 */
export class FollowedRequest {
  readonly requestId: string;
  readonly stream: ReadableStream<UIMessageChunk>;
  readonly #options: FollowOptions;
  #listening = new AbortController();
  readonly #chunks: UIMessageChunk[] = [];
  #controller: ReadableStreamDefaultController<UIMessageChunk> | null = null;
  #sequence: Sequence = NEW_SEQUENCE;
  /** Texts and thoughts that the stream's reader knows to be open. */
  readonly #open = new Set<string>();
  #agent: AgentConnection;
  #sent: boolean;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#agent = options.agent;
    this.#sent = options.sent;
    this.requestId = options.requestId;
    this.stream = new ReadableStream<UIMessageChunk>({
      start: (controller) => this.#start(controller),
      cancel: () => {
        this.#controller = null;
      },
    });
  }

  /** Whether the request was sent over a connection, or waits for one. */
  get sent(): boolean {
    return this.#sent;
  }

  /** The connection over which it comes. */
  get agent(): AgentConnection {
    return this.#agent;
  }

  /** All chunks so far, and how far that is: for whoever goes on with the request. */
  get progress(): { readonly chunks: readonly UIMessageChunk[]; readonly sequence: Sequence } {
    return { chunks: this.#chunks, sequence: this.#sequence };
  }

  /** Ends the stream here and now, and follows the request no further. */
  release(error?: Error): void {
    this.#listening.abort();
    this.#settle((controller) => (error ? controller.error(error) : controller.close()));
  }

  /** Ends the stream as a broken connection does. */
  lose(): void {
    this.#listening.abort();
    this.#settle((controller) => {
      controller.enqueue({ type: "error", errorText: CLOSED_MID_STREAM });
      controller.close();
    });
    this.#options.onLost();
  }

  /** Goes on over another connection. What was queued on the old one is taken for lost. */
  moveTo(agent: AgentConnection): void {
    if (agent === this.#agent) return;
    this.#listening.abort();
    this.#listening = new AbortController();
    this.#sequence = breakSequence(this.#sequence);
    this.#sent = true;
    this.#listen(agent);
  }

  #start(controller: ReadableStreamDefaultController<UIMessageChunk>): void {
    this.#controller = controller;
    const { signal } = this.#options;
    this.#listen(this.#agent);
    const detach = () =>
      this.#settle((open) => open.error(new DOMException("Aborted", "AbortError")));
    signal?.addEventListener("abort", detach, { once: true });
    if (signal?.aborted) detach();
  }

  #listen(agent: AgentConnection): void {
    this.#agent = agent;
    const on = { signal: this.#listening.signal };
    agent.addEventListener("message", (event) => this.#hear(event), on);
    agent.addEventListener(
      "open",
      () => {
        this.#sent = true;
      },
      on,
    );
    agent.addEventListener("close", () => this.#closed(), on);
  }

  #hear(event: MessageEvent): void {
    const frame = frameOf(event);
    const response = frame && readResponse(frame);
    if (response?.id !== this.requestId) return;
    const [sequence, { chunks, gap }] = takeFrame(this.#sequence, response);
    this.#sequence = sequence;
    this.#chunks.push(...chunks);
    for (const chunk of chunks.flatMap((each) => this.#readable(each))) {
      this.#controller?.enqueue(chunk);
    }
    if (gap) this.#options.onGap();
    if (response.error) {
      this.#settle((open) => open.error(new Error(response.body || "Stream error")));
    }
    if (!response.done) return;
    this.#listening.abort();
    this.#settle((open) => open.close());
    this.#options.onEnd();
  }

  /**
   * A chunk as the AI SDK reads it: an answer that goes on with a text which was cut off does not open
   * it again, and the AI SDK fails on what was never opened.
   */
  #readable(chunk: UIMessageChunk): UIMessageChunk[] {
    if (chunk.type === "finish-step") this.#open.clear();
    const [, kind, step] = TEXT_CHUNK.exec(chunk.type) ?? [];
    if (kind === undefined) return [chunk];
    const { id } = chunk as { readonly id: string };
    const key = `${kind}:${id}`;
    const isOpen = this.#open.has(key);
    if (step === "end") {
      this.#open.delete(key);
      return isOpen ? [chunk] : [];
    }
    this.#open.add(key);
    const opens = { type: `${kind}-start`, id } as UIMessageChunk;
    return isOpen || step === "start" ? [chunk] : [opens, chunk];
  }

  #closed(): void {
    if (!this.#sent) return;
    this.#sequence = breakSequence(this.#sequence);
    if (!this.#options.survives) this.lose();
  }

  #settle(finish: (controller: ReadableStreamDefaultController<UIMessageChunk>) => void): void {
    const controller = this.#controller;
    this.#controller = null;
    if (controller) finish(controller);
  }
}
