import {
  FreeholdError,
  LifecycleCapability,
} from "./shared.js";
/** A write to a stream that has ended, or was deleted. */
declare class StreamClosedError extends FreeholdError {
  /** The stream that takes no more writes. */
  readonly streamId: string;
  constructor(streamId: string, detail: string);
}
/** A read of a stream that was never opened, or was deleted. */
declare class StreamNotFoundError extends FreeholdError {
  readonly streamId: string;
  constructor(streamId: string);
}
/** A chunk, or metadata, that JSON cannot carry or that is too large. */
declare class StreamSerializationError extends FreeholdError {
  constructor(context: string, detail: string);
}
/** What a chunk can be: anything that JSON carries. */
type StreamJson = string | number | boolean | null | StreamJson[] | {
  [key: string]: StreamJson;
};
/** A stream is `streaming` from its opening until its producer ends it. */
type StreamState = "streaming" | "completed" | "errored";
/** One chunk of the log. */
interface StreamChunk {
  /** Its place: 0 for the first, one more for each. It never changes. */
  readonly seq: number;
  readonly chunk: StreamJson;
}
/** What is known of a stream. Times are in milliseconds since the Unix epoch. */
interface StreamStatus {
  streamId: string;
  state: StreamState;
  /** How many chunks are stored; the `seq` of the next. */
  cursor: number;
  /** The application's key, as given at the opening. */
  tag?: string;
  metadata?: Record<string, StreamJson>;
  /** What `error()` was given, when the state is `errored`. */
  error?: string;
  createdAt: number;
  /** Grows with every chunk and at the end: when it is old, a live stream's producer has stopped. */
  updatedAt: number;
  closedAt?: number;
}
/** What a producer writes with. Writes are durable, and happen at once. */
interface StreamWriter {
  readonly streamId: string;
  /** The `seq` of the next chunk; a producer that starts again goes on from here. */
  readonly cursor: number;
  /**
   * Stores a chunk, wakes the readers and returns its `seq`.
   *
   * @throws StreamClosedError, StreamSerializationError
   */
  append(chunk: StreamJson): number;
  /** Ends the stream well. Nothing happens when it has ended or was deleted. */
  close(options?: StreamSettleOptions): void;
  /** Ends the stream with a failure. Nothing happens when it has ended or was deleted. */
  error(reason?: string, options?: StreamSettleOptions): void;
}
/**
 * How a stream ends: all of it in one transaction, so that a crash leaves either the live stream or
 * what it has become, never neither.
 */
interface StreamSettleOptions {
  /**
   * Writes of the caller's own. It must not await; what it throws leaves the stream live. Not called
   * when the stream had ended before.
   */
  readonly commit?: () => void;
  /** Delete the stream as well: what it carried has become something else. Default false. */
  readonly discard?: boolean;
}
/** Options of `Streams.open()`. */
interface StreamOpenOptions {
  /** Kept with the stream. */
  metadata?: Record<string, StreamJson>;
  /** A key to find streams by; several may have the same. It is given once, at the opening. */
  tag?: string;
}
/** Options of `Streams.read()`. */
interface StreamReadOptions {
  /** The first `seq` to give. Default 0. */
  from?: number;
  /** Ends a read that waits for more; the read throws its reason. */
  signal?: AbortSignal;
}
/** Options of `Streams.readBatches()`. */
interface StreamReadBatchesOptions extends StreamReadOptions {
  /** Most chunks a batch. Default 100. */
  batchSize?: number;
  /** Called once, when everything that was stored has been given and only new chunks are awaited. */
  onUpToDate?: () => void;
}
/** Filters of `Streams.list()`. */
interface StreamListOptions {
  state?: StreamState | StreamState[];
  /** Only streams that were opened with this tag. */
  tag?: string;
  /** Default 100. */
  limit?: number;
}
/** Options of a `Streams` capability. */
interface StreamsOptions {
  /** Most bytes of the JSON of one chunk. Default {@link DEFAULT_MAX_CHUNK_BYTES}. */
  readonly maxChunkBytes?: number;
}
/** Most bytes of the JSON of one chunk, unless said otherwise: 1 MiB. */
declare const DEFAULT_MAX_CHUNK_BYTES = 1048576;
/** A row of the streams. */
type StreamRow = {
  stream_id: string;
  state: StreamState;
  tag: string | null;
  metadata: string | null;
  error_message: string | null;
  chunk_count: number;
  created_at: number;
  updated_at: number;
  closed_at: number | null;
};
/** A chunk as it is stored. */
type StreamChunkRow = {
  stream_id: string;
  seq: number;
  /** Its JSON. */
  chunk: string;
  /** When the block it lies in was last written. */
  created_at: number;
};
/** Told of each stream that is deleted: its row and how many chunks it had, just before. */
type DeleteHook = (row: StreamRow, cursor: number) => void;
/** A stream as it was elsewhere. */
interface ImportedStream {
  streamId: string;
  state: StreamState;
  tag: string | null;
  metadata: Record<string, StreamJson> | undefined;
  chunkCount: number;
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
}
/**
 * @internal What `Streams.__DO_NOT_USE_WILL_BREAK__sync()` gives: everything at once and without
 * waiting for the start, for the SDK's own rooms that write a stream in a transaction of theirs.
 */
interface StreamsSyncInternal {
  ensureTables(): void;
  getStream(streamId: string): StreamRow | undefined;
  /** The caller has looked that there is none. */
  insertStream(streamId: string, tag: string | null, metadata: Record<string, StreamJson> | undefined): void;
  setMetadata(streamId: string, metadata: Record<string, StreamJson>): void;
  append(streamId: string, chunk: StreamJson): number;
  /** When the last chunk was written, in milliseconds; null while there is none. */
  lastChunkAt(streamId: string): number | null;
  cursor(streamId: string): number;
  /** Hooks run inside the transaction that deletes. Returns what takes the hook away. */
  onDelete(hook: DeleteHook): () => void;
  /** Returns whether this call ended the stream. */
  settle(streamId: string, state: Exclude<StreamState, "streaming">, reason: string | null, options?: StreamSettleOptions): boolean;
  /** Deletes, live or not, and tells of it. */
  deleteUnchecked(streamId: string): void;
  /** Deletes, live or not, and tells only the readers and the hooks. */
  deleteMany(streamIds: string[]): void;
  readChunks(streamId: string, fromSeq: number, limit: number): StreamChunkRow[];
  /** All streams, the newest first. */
  listRows(): StreamRow[];
  rowsByTag(tag: string, state?: StreamState): StreamRow[];
  importStream(stream: ImportedStream): void;
  /** Adds a chunk to an imported stream, whose row stays as it is. */
  importChunk(streamId: string, chunk: StreamJson, createdAt: number): void;
}
/**
 * Output that is written bit by bit and survives the object: a log of chunks for each stream, which
 * any number of readers follow from any place. A producer that starts again goes on at the log's
 * end; a reader that comes back goes on behind the last chunk that it has.
 *
 * @example
 * readonly streams = new Streams();
 * readonly lifecycle = Lifecycle.install(this).use(this.streams);
 *
 * async write() {
 *   const writer = await this.streams.open("report");
 *   writer.append({ line: 1 });
 *   writer.close();
 * }
 *
 * async onRequest(request: Request) {
 *   return sseResponse(this.streams, "report", { request });
 * }
 */
declare class Streams extends LifecycleCapability {
  #private;
  constructor({ maxChunkBytes }?: StreamsOptions);
  onStart(): Promise<void>;
  /**
   * Opens a stream for writing. A live one that is opened again goes on where it is, whatever
   * metadata is given.
   *
   * @param streamId 1 to 256 characters.
   * @throws StreamClosedError when it has ended; FreeholdError `invalid_stream_id`,
   *   `invalid_stream_tag`, `stream_tag_conflict`; StreamSerializationError
   */
  open(streamId: string, options?: StreamOpenOptions): Promise<StreamWriter>;
  /**
   * The chunks from `from` on, then those that are added, until the stream ends. How it ended is in
   * {@link status}.
   *
   * @throws StreamNotFoundError, FreeholdError `invalid_stream_read`, the reason of `signal`
   */
  read(streamId: string, options?: StreamReadOptions): AsyncGenerator<StreamChunk, void, undefined>;
  /** Like {@link read}, with all chunks that are there at once in one array, up to `batchSize`. */
  readBatches(streamId: string, options?: StreamReadBatchesOptions): AsyncGenerator<StreamChunk[], void, undefined>;
  /** What is known of a stream; null when there is none. */
  status(streamId: string): Promise<StreamStatus | null>;
  /** Streams, the newest first. @throws FreeholdError `invalid_stream_limit` */
  list(options?: StreamListOptions): Promise<StreamStatus[]>;
  /**
   * Deletes a stream that has ended; false when there is none.
   *
   * @throws FreeholdError `stream_live`
   */
  delete(streamId: string): Promise<boolean>;
  /** @internal Everything at once, for the SDK's own rooms. */
  __DO_NOT_USE_WILL_BREAK__sync(): StreamsSyncInternal;
}
/** Options of {@link sseResponse}. */
interface SSEResponseOptions {
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
declare function sseResponse(streams: Streams, streamId: string, options?: SSEResponseOptions): Promise<Response>;
export {
  DEFAULT_MAX_CHUNK_BYTES,
  sseResponse,
  type SSEResponseOptions,
  type StreamChunk,
  StreamClosedError,
  type StreamJson,
  type StreamListOptions,
  StreamNotFoundError,
  type StreamOpenOptions,
  type StreamReadBatchesOptions,
  type StreamReadOptions,
  Streams,
  StreamSerializationError,
  type StreamSettleOptions,
  type StreamsOptions,
  type StreamState,
  type StreamStatus,
  type StreamWriter,
};