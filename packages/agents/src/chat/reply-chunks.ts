/**
 * The answer of `onChatMessage` as a sequence of UI message chunks.
 *
 * @module
 */

import type { UIMessageChunk } from "ai";
import type { Clock } from "../clock.ts";
import { ChatStreamStalledError } from "./contract-errors.ts";
import { endSse, readSse, SSE_START } from "./sse.ts";

/** What a plain-text answer is wrapped in. */
export interface PlainReply {
  /** Id of the message under way. */
  readonly messageId: string;
  /** Id of its one text part. */
  readonly textId: string;
}

/** A chunk, and the JSON text in which it came. */
export interface ReplyChunk {
  readonly chunk: UIMessageChunk;
  readonly text: string;
}

/** How a response is read. */
export interface ReplyOptions {
  /** Ends the reading, and cancels the response, without an error. */
  readonly signal: AbortSignal;
  readonly plain: PlainReply;
  readonly clock: Clock;
  /** Longest time between two events, in milliseconds; 0 for any. Not for plain text. */
  readonly stallMs: number;
}

/** Most chunks in one batch. */
const MAX_BATCH = 128;
/** Chunks after which others get a turn of the event loop, however fast more come. */
const BREATH = 512;
/**
 * Steps of the microtask queue within which what comes next counts as coming at once. The pipelines
 * of the AI SDK take a few dozen for each chunk.
 */
const PATIENCE = 48;

/**
 * Reads a response in batches, each of what comes in one turn of the event loop: server-sent events
 * with the content type `text/event-stream`, otherwise its text as one text part. Events that are no
 * chunks are skipped. Rejects when reading the response fails, with {@link ChatStreamStalledError}
 * when nothing comes for too long.
 */
export async function* readReply(
  response: Response,
  options: ReplyOptions,
): AsyncGenerator<readonly ReplyChunk[], void, void> {
  const isStream = response.headers.get("content-type")?.includes("text/event-stream") === true;
  const parser = isStream ? eventParser() : plainParser(options.plain);
  const reader = response.body?.getReader();
  if (!reader) return;
  const { signal } = options;
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  const watch = new Watch(reader, options.clock, isStream ? options.stallMs : 0);
  const decoder = new TextDecoder();
  let pending: ReplyChunk[] = [];
  let sinceBreath = 0;
  let finished = false;
  try {
    const first = parser("", false);
    if (first.length > 0) yield first;
    for (let reading = watch.read(); !finished; ) {
      const { failure, value } = await outcomeOf(reading);
      if (signal.aborted) return;
      finished = value === undefined;
      const text = finished ? decoder.decode() : decoder.decode(value, { stream: true });
      pending.push(...parser(text, finished && !failure));
      if (!finished) reading = watch.read();
      if (!finished && pending.length < MAX_BATCH && (await comesAtOnce(reading))) continue;
      for (; pending.length > 0; pending = pending.slice(MAX_BATCH)) {
        yield pending.slice(0, MAX_BATCH);
        sinceBreath += Math.min(pending.length, MAX_BATCH);
        if (sinceBreath >= BREATH) await options.clock.sleep(0);
        if (sinceBreath >= BREATH) sinceBreath = 0;
        if (signal.aborted) return;
      }
      if (failure) throw failure.error;
      watch.throwIfStalled();
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    watch.stop();
    // The producer is told to stop. That it cannot be told any more does not matter.
    if (!finished) reader.cancel(signal.reason).catch(() => undefined);
  }
}

/** What a read came to: a value, none at the end, or a failure. */
async function outcomeOf(reading: Promise<ReadableStreamReadResult<Uint8Array>>): Promise<{
  readonly value?: Uint8Array | undefined;
  readonly failure?: { readonly error: unknown };
}> {
  try {
    const { done, value } = await reading;
    return done ? {} : { value };
  } catch (error) {
    return { failure: { error } };
  }
}

/** Makes chunks of the next text; `done` with the last. */
type Parser = (text: string, done: boolean) => ReplyChunk[];

function eventParser(): Parser {
  let state = SSE_START;
  return (text, done) => {
    const [next, events] = readSse(state, text);
    state = next;
    const all = done ? [...events, ...endSse(state)] : events;
    return all.flatMap((data) => parseChunk(data).map((chunk) => ({ chunk, text: data })));
  };
}

function plainParser({ messageId, textId: id }: PlainReply): Parser {
  let begun = false;
  return (text, done) => {
    const chunks: UIMessageChunk[] = [];
    if (!begun) chunks.push({ type: "start", messageId }, { type: "text-start", id });
    begun = true;
    if (text !== "") chunks.push({ type: "text-delta", id, delta: text });
    if (done) chunks.push({ type: "text-end", id }, { type: "finish" });
    return chunks.map((chunk) => ({ chunk, text: JSON.stringify(chunk) }));
  };
}

/** Reads, and ends the reading when nothing comes for too long. */
class Watch {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #clock: Clock;
  readonly #limit: number;
  #stalled: ChatStreamStalledError | undefined;
  #forget: () => void = () => undefined;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>, clock: Clock, limit: number) {
    this.#reader = reader;
    this.#clock = clock;
    this.#limit = limit;
  }

  read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    const reading = this.#reader.read();
    if (this.#limit > 0) {
      const forget = this.#clock.after(this.#limit, () => {
        this.#stalled = new ChatStreamStalledError(this.#limit);
        this.#reader.cancel(this.#stalled).catch(() => undefined);
      });
      this.#forget = forget;
      // What has come is no silence, however long it waits to be taken.
      reading.then(forget, forget);
    }
    return reading;
  }

  throwIfStalled(): void {
    if (this.#stalled) throw this.#stalled;
  }

  stop(): void {
    this.#forget();
  }
}

/** Whether a promise settles without anything happening outside. Never rejects. */
async function comesAtOnce(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  for (let step = 0; step < PATIENCE && !settled; step++) await undefined;
  return settled;
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
