import type { Clock } from "../clock.ts";
import { servicesOf } from "../lifecycle/capability.ts";
import { StreamNotFoundError } from "./contract-errors.ts";
import { firstOf } from "./read.ts";
import type { Streams } from "./streams.ts";
import type { StreamChunk } from "./types.ts";

/** Options of {@link sseResponse}. */
export interface SSEResponseOptions {
  /**
   * The request that is answered: its header `Last-Event-ID`, or its query `?from=`, says where to
   * go on, and its signal ends the answer.
   */
  request?: Request;
  /** The first `seq` to give. Wins over the request. */
  from?: number;
  /** Ends the answer as well. */
  signal?: AbortSignal;
  /** Most chunks a write. Default 100. */
  batchSize?: number;
  /** Milliseconds between comments that keep an idle connection open; 0 for none. Default 30000. */
  heartbeatMs?: number;
}

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
} as const;

const DEFAULT_HEARTBEAT_MS = 30_000;

/**
 * Answers with a stream as Server-Sent Events: its chunks, each with its `seq` as event id, so that
 * an `EventSource` that comes back goes on behind the last one it has; the event `up-to-date` when
 * everything stored was sent; at the end `done`, or `error` with the reason. A stream that does not
 * exist is answered with 404.
 *
 * @throws FreeholdError `invalid_stream_read`
 *
 * @example
 * async onRequest(request: Request) {
 *   return sseResponse(this.streams, "report", { request });
 * }
 */
export async function sseResponse(
  streams: Streams,
  streamId: string,
  options: SSEResponseOptions = {},
): Promise<Response> {
  firstOf(options);
  if (!(await streams.status(streamId))) {
    return new Response(`Stream "${streamId}" does not exist`, { status: 404 });
  }
  const events = new EventsOf(streams, streamId, options);
  return new Response(events.body(), { headers: HEADERS });
}

/** The body of one answer. */
class EventsOf {
  readonly #streams: Streams;
  readonly #streamId: string;
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  readonly #left = new AbortController();
  readonly #batches: AsyncGenerator<StreamChunk[], void, undefined>;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #upToDate = false;
  #quiet: (() => void) | undefined;

  constructor(streams: Streams, streamId: string, options: SSEResponseOptions) {
    const { batchSize, heartbeatMs = DEFAULT_HEARTBEAT_MS, request, signal } = options;
    this.#streams = streams;
    this.#streamId = streamId;
    this.#clock = servicesOf(streams).clock;
    this.#heartbeatMs = heartbeatMs;
    const signals = [this.#left.signal, request?.signal, signal];
    this.#batches = streams.readBatches(streamId, {
      from: options.from ?? placeIn(request),
      ...(batchSize === undefined ? {} : { batchSize }),
      signal: AbortSignal.any(signals.filter((one) => one !== undefined && one !== null)),
      onUpToDate: () => {
        this.#upToDate = true;
        this.#write("event: up-to-date\ndata: {}\n\n");
        this.#beat();
      },
    });
  }

  body(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#pull(),
      cancel: () => this.#end(),
    });
  }

  async #pull(): Promise<void> {
    this.#beat();
    try {
      const { done, value } = await this.#batches.next();
      this.#quiet?.();
      if (!done) return this.#write(value.map(frameOf).join(""));
      this.#write(await this.#ending());
      this.#close();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A reader that left, and one that was sent away, get no last word. */
  #fail(error: unknown): void {
    const { aborted } = this.#left.signal;
    this.#end();
    if (aborted) return;
    if (error instanceof StreamNotFoundError) this.#write("event: done\ndata: {}\n\n");
    this.#controller?.close();
  }

  async #ending(): Promise<string> {
    const status = await this.#streams.status(this.#streamId);
    if (status?.state !== "errored") return "event: done\ndata: {}\n\n";
    const data = JSON.stringify({ reason: status.error ?? null });
    return `event: error\ndata: ${data}\n\n`;
  }

  #close(): void {
    const { aborted } = this.#left.signal;
    this.#end();
    if (!aborted) this.#controller?.close();
  }

  #end(): void {
    this.#quiet?.();
    this.#left.abort();
  }

  /** Comments while nothing else is to be said. */
  #beat(): void {
    this.#quiet?.();
    if (!this.#upToDate || this.#heartbeatMs <= 0) return;
    this.#quiet = this.#clock.after(this.#heartbeatMs, () => {
      this.#write(": heartbeat\n\n");
      this.#beat();
    });
  }

  #write(text: string): void {
    if (!this.#left.signal.aborted) this.#controller?.enqueue(this.#encoder.encode(text));
  }
}

function frameOf({ chunk, seq }: StreamChunk): string {
  return `id: ${seq}\ndata: ${JSON.stringify(chunk)}\n\n`;
}

/** Where a request wants to go on. What is no number is as good as nothing. */
function placeIn(request: Request | undefined): number {
  const last = wholeNumber(request?.headers.get("last-event-id"));
  if (last !== undefined) return last + 1;
  return wholeNumber(request && new URL(request.url).searchParams.get("from")) ?? 0;
}

function wholeNumber(text: string | null | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
