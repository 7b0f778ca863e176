import type { Clock } from "../clock.ts";
import type { SqlRunner } from "../storage/sql.ts";
import { StreamClosedError } from "./contract-errors.ts";
import { StreamLog } from "./log.ts";
import type { LogCursor } from "./log-cursor.ts";
import { serialize } from "./serialize.ts";
import type { DeleteHook, ImportedStream } from "./sync.ts";
import type {
  StreamJson,
  StreamListOptions,
  StreamRow,
  StreamSettleOptions,
  StreamState,
} from "./types.ts";
import { type Watch, Watchers } from "./watchers.ts";

type Metadata = Record<string, StreamJson> | undefined;

/** What the store needs of its surroundings. */
export interface StreamPorts {
  readonly sql: SqlRunner;
  readonly clock: Clock;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
  emit(type: string, payload: unknown): void;
}

/**
 * The rules of streams, each in one turn: who may write, what ends a stream, whom it is told to.
 * Events and readers come after the writes, never for those that were rolled back.
 */
export class StreamStore {
  readonly #ports: () => StreamPorts;
  readonly #maxBytes: number;
  readonly #log: StreamLog;
  readonly #watchers = new Watchers();
  readonly #hooks = new Set<DeleteHook>();

  constructor(ports: () => StreamPorts, maxBytes: number) {
    this.#ports = ports;
    this.#maxBytes = maxBytes;
    this.#log = new StreamLog(() => ports().sql);
  }

  start(): void {
    this.#log.start();
  }

  createTables(): void {
    this.#log.createTables();
  }

  find(streamId: string): StreamRow | undefined {
    return this.#log.find(streamId);
  }

  list(options?: StreamListOptions): StreamRow[] {
    return this.#log.list(options);
  }

  cursor(streamId: string): number {
    return this.#log.end(streamId).cursor;
  }

  lastAt(streamId: string): number | undefined {
    return this.#log.end(streamId).lastAt;
  }

  from(streamId: string, seq: number): LogCursor {
    return this.#log.from(streamId, seq);
  }

  watch(streamId: string): Watch {
    return this.#watchers.watch(streamId);
  }

  insert(streamId: string, tag: string | null, metadata: Metadata): void {
    const json = this.#metadata(streamId, metadata);
    const now = this.#ports().clock.now();
    this.createTables();
    this.#log.insert({
      ...{ stream_id: streamId, state: "streaming", tag, metadata: json, error_message: null },
      ...{ chunk_count: 0, created_at: now, updated_at: now, closed_at: null },
    });
    this.#ports().emit("stream:opened", { streamId });
  }

  setMetadata(streamId: string, metadata: Metadata): void {
    this.#log.setMetadata(streamId, this.#metadata(streamId, metadata) ?? "null");
  }

  /** @throws StreamClosedError, StreamSerializationError */
  append(streamId: string, chunk: StreamJson): number {
    const row = this.find(streamId);
    if (!row) throw new StreamClosedError(streamId, "it was deleted");
    if (row.state !== "streaming") throw settled(row);
    const json = serialize(chunk, `chunk for stream "${streamId}"`, this.#maxBytes);
    const seq = this.#log.append(streamId, json, this.#ports().clock.now());
    this.#watchers.changed(streamId);
    return seq;
  }

  /**
   * Stores a chunk that is JSON already, and small enough, of a stream that the caller knows to be
   * live.
   */
  appendJson(streamId: string, json: string): number {
    const seq = this.#log.append(streamId, json, this.#ports().clock.now());
    this.#watchers.changed(streamId);
    return seq;
  }

  /** Ends a stream; false when it had ended or is not there. */
  settle(
    streamId: string,
    state: Exclude<StreamState, "streaming">,
    reason: string | null,
    { commit, discard = false }: StreamSettleOptions = {},
  ): boolean {
    if (this.find(streamId)?.state !== "streaming") return false;
    const { clock, emit, transaction } = this.#ports();
    transaction(() => {
      this.#log.settle(streamId, state, reason, clock.now());
      commit?.();
      if (discard) this.#remove(streamId);
    });
    const why = reason === null ? {} : { reason };
    if (state === "completed") emit("stream:closed", { streamId });
    else emit("stream:errored", { streamId, ...why });
    if (discard) this.#tellDeleted(streamId);
    else this.#watchers.changed(streamId);
    return true;
  }

  /** Deletes a stream, live or not. */
  delete(streamId: string): void {
    this.#ports().transaction(() => this.#remove(streamId));
    this.#tellDeleted(streamId);
  }

  /** Deletes streams, live or not, without an event. */
  deleteMany(streamIds: readonly string[]): void {
    this.#ports().transaction(() => {
      for (const streamId of streamIds) this.#remove(streamId);
    });
    for (const streamId of streamIds) this.#watchers.deleted(streamId);
  }

  /** Calls `hook` for each stream that is deleted, inside the transaction. */
  onDelete(hook: DeleteHook): () => void {
    this.#hooks.add(hook);
    return () => this.#hooks.delete(hook);
  }

  importStream(stream: ImportedStream): void {
    this.createTables();
    this.#log.insert({
      ...{ stream_id: stream.streamId, state: stream.state, tag: stream.tag, error_message: null },
      metadata: this.#metadata(stream.streamId, stream.metadata),
      ...{ chunk_count: stream.chunkCount, created_at: stream.createdAt },
      ...{ updated_at: stream.updatedAt, closed_at: stream.closedAt },
    });
  }

  importChunk(streamId: string, chunk: StreamJson, at: number): void {
    const json = serialize(chunk, `chunk for stream "${streamId}"`, this.#maxBytes);
    this.#log.append(streamId, json, at);
  }

  #metadata(streamId: string, metadata: Metadata): string | null {
    if (metadata === undefined) return null;
    return serialize(metadata, `metadata for stream "${streamId}"`, this.#maxBytes);
  }

  #remove(streamId: string): void {
    const row = this.find(streamId);
    if (!row) return;
    if (this.#hooks.size > 0) {
      const cursor = this.cursor(streamId);
      for (const hook of this.#hooks) hook(row, cursor);
    }
    this.#log.delete(streamId);
  }

  #tellDeleted(streamId: string): void {
    this.#ports().emit("stream:deleted", { streamId });
    this.#watchers.deleted(streamId);
  }
}

/** The refusal of a write to a stream that has ended. */
export function settled({ stream_id, state }: StreamRow): StreamClosedError {
  return new StreamClosedError(stream_id, `already settled as ${state}`);
}
