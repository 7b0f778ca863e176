/**
 * The stream of one answer at a time, for code that runs a chat of its own over `Streams`: stored in
 * the published form, replayed to whoever comes later. A chunk is stored when it comes.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { systemRandom } from "../../random.ts";
import type { Streams } from "../../streams/streams.ts";
import type { StreamRow } from "../../streams/types.ts";
import { type ChatTurnOutcome, responseFrame } from "../wire.ts";
import { byteLength } from "./limits.ts";
import { type ChatConnection, type SqlTaggedTemplate, sendIfOpen } from "./protocol.ts";
import { metadataOf, StoredAnswers } from "./stored-answers.ts";

/** A chunk with more bytes is not stored: no row could take it. */
const MAX_CHUNK_BYTES = 1_800_000;
/** How long a stream that nobody ended is kept, in milliseconds. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Writes and replays the streams of answers. */
export class ResumableStream extends StoredAnswers {
  readonly #onProgress: ((durableSegments: number) => void) | undefined;
  #active: StreamRow | undefined;
  #isLive = false;
  #count = 0;
  #pending: string | null = null;

  /** @param _sql not needed here; the published class keeps a table of its own by it */
  constructor(
    streams: Streams,
    _sql?: SqlTaggedTemplate,
    options: { onProgress?: (durableSegments: number) => void } = {},
  ) {
    super(streams.__DO_NOT_USE_WILL_BREAK__sync());
    this.#onProgress = options.onProgress;
    this.restore();
  }

  get activeStreamId(): string | null {
    return this.#active?.stream_id ?? null;
  }

  get activeRequestId(): string | null {
    return this.#active?.tag ?? null;
  }

  /** Whether the active stream is written in this life of the object. */
  get isLive(): boolean {
    return this.#active !== undefined && this.#isLive;
  }

  /** The stream that was finished and waits for its message to be stored. */
  get pendingCutoverId(): string | null {
    return this.#pending;
  }

  hasActiveStream(): boolean {
    return this.#active !== undefined;
  }

  /** Opens the stream of a request and gives its id. What is left of earlier ones goes. */
  start(
    requestId: string,
    options: {
      messageId?: string;
      parentMessageId?: string;
      continuation?: boolean;
      originMessageIds?: string[];
    } = {},
  ): string {
    this.reclaim();
    const streamId = systemRandom.id();
    const { continuation, messageId, originMessageIds, parentMessageId } = options;
    this.streams.insertStream(streamId, requestId, {
      cfChat: 1,
      ...(messageId === undefined ? {} : { messageId }),
      ...(parentMessageId === undefined ? {} : { parentMessageId }),
      ...(continuation ? { isContinuation: 1 } : {}),
      ...(originMessageIds ? { originMessageIds } : {}),
    });
    this.#active = this.streams.getStream(streamId);
    this.#isLive = true;
    this.#count = 0;
    return streamId;
  }

  /** Stores a chunk's text and gives its index; undefined when it is too large, or too late. */
  storeChunk(streamId: string, body: string): number | undefined {
    if (this.activeStreamId !== streamId) return undefined;
    const bytes = byteLength(body);
    if (bytes > MAX_CHUNK_BYTES) {
      console.warn(`[ResumableStream] Skipping oversized chunk (${bytes} bytes)`);
      return undefined;
    }
    this.streams.append(streamId, body);
    this.#onProgress?.(this.streams.cursor(streamId));
    return this.#count++;
  }

  /** Nothing waits here: chunks are stored when they come. */
  flushBuffer(): void {
    // Kept for code that calls it.
  }

  /** Ends a stream; its chunks stay until the next one begins. */
  complete(streamId: string, outcome?: ChatTurnOutcome): void {
    this.note(streamId, outcome);
    this.streams.settle(streamId, "completed", null);
    this.#leave(streamId);
  }

  /** Ends the writing; {@link cutover} ends the stream, together with the storing of its message. */
  finish(streamId: string, outcome?: ChatTurnOutcome): void {
    this.note(streamId, outcome);
    this.#pending = streamId;
    this.#leave(streamId);
  }

  /** Ends a finished stream in one transaction with what `persist` stores; its chunks go. */
  cutover(streamId: string, persist: () => void, options: { discard?: boolean } = {}): void {
    const { discard = true } = options;
    this.streams.settle(streamId, "completed", null, { commit: persist, discard });
    if (this.#pending === streamId) this.#pending = null;
    this.#leave(streamId);
  }

  /** Ends a finished stream whose message was not stored. */
  finalizePending(): void {
    if (this.#pending !== null) this.complete(this.#pending);
    this.#pending = null;
  }

  /** Ends a stream with an error; its chunks stay until the next one begins. */
  markError(streamId: string): void {
    this.note(streamId, "error");
    this.streams.settle(streamId, "errored", null);
    this.#leave(streamId);
  }

  /**
   * Sends all of the active stream's chunks, marked as replayed. Of one whose writer has gone the end
   * is sent as well, and its id given: its message is to be stored.
   */
  replayChunks(connection: ChatConnection, requestId: string): string | null {
    const active = this.#active;
    if (!active || active.tag !== requestId) return null;
    this.send(connection, active);
    const continuation = metadataOf(active).isContinuation === 1 ? true : undefined;
    const end = { id: requestId, body: "", replay: true, continuation } as const;
    const last = this.#isLive
      ? responseFrame({ ...end, done: false, replayComplete: true })
      : responseFrame({ ...end, done: true, outcome: "aborted" });
    sendIfOpen(connection, last);
    if (this.#isLive) return null;
    this.complete(active.stream_id);
    return active.stream_id;
  }

  /** Looks for a stream that an earlier life of the object left. */
  restore(): void {
    [this.#active] = this.rows(undefined, "streaming");
    this.#isLive = false;
    this.#count = this.#active ? [...this.bodies(this.#active.stream_id)].length : 0;
  }

  /** Deletes every stream of the chat. */
  clearAll(): void {
    this.streams.deleteMany(this.rows().map(({ stream_id: id }) => id));
    this.#active = undefined;
    this.#pending = null;
  }

  destroy(): void {
    this.clearAll();
  }

  /** Deletes streams that have ended, and those that nobody has written to for an hour. */
  reclaim(now: number = systemClock.now()): number {
    const isOld = ({ created_at: created, state, stream_id: id }: StreamRow) =>
      state !== "streaming" || now - (this.streams.lastChunkAt(id) ?? created) > ABANDONED_MS;
    const old = this.rows().filter(isOld);
    this.streams.deleteMany(old.map(({ stream_id: id }) => id));
    return old.length;
  }

  #leave(streamId: string): void {
    if (this.activeStreamId === streamId) this.#active = undefined;
  }
}
