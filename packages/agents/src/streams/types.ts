/** What a chunk can be: anything that JSON carries. */
export type StreamJson =
  | string
  | number
  | boolean
  | null
  | StreamJson[]
  | { [key: string]: StreamJson };

/** A stream is `streaming` from its opening until its producer ends it. */
export type StreamState = "streaming" | "completed" | "errored";

/** One chunk of the log. */
export interface StreamChunk {
  /** Its place: 0 for the first, one more for each. It never changes. */
  readonly seq: number;
  readonly chunk: StreamJson;
}

/** What is known of a stream. Times are in milliseconds since the Unix epoch. */
export interface StreamStatus {
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
export interface StreamWriter {
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
export interface StreamSettleOptions {
  /**
   * Writes of the caller's own. It must not await; what it throws leaves the stream live. Not called
   * when the stream had ended before.
   */
  readonly commit?: () => void;
  /** Delete the stream as well: what it carried has become something else. Default false. */
  readonly discard?: boolean;
}

/** Options of `Streams.open()`. */
export interface StreamOpenOptions {
  /** Kept with the stream. */
  metadata?: Record<string, StreamJson>;
  /** A key to find streams by; several may have the same. It is given once, at the opening. */
  tag?: string;
}

/** Options of `Streams.read()`. */
export interface StreamReadOptions {
  /** The first `seq` to give. Default 0. */
  from?: number;
  /** Ends a read that waits for more; the read throws its reason. */
  signal?: AbortSignal;
}

/** Options of `Streams.readBatches()`. */
export interface StreamReadBatchesOptions extends StreamReadOptions {
  /** Most chunks a batch. Default 100. */
  batchSize?: number;
  /** Called once, when everything that was stored has been given and only new chunks are awaited. */
  onUpToDate?: () => void;
}

/** Filters of `Streams.list()`. */
export interface StreamListOptions {
  state?: StreamState | StreamState[];
  /** Only streams that were opened with this tag. */
  tag?: string;
  /** Default 100. */
  limit?: number;
}

/** Options of a `Streams` capability. */
export interface StreamsOptions {
  /** Most bytes of the JSON of one chunk. Default {@link DEFAULT_MAX_CHUNK_BYTES}. */
  readonly maxChunkBytes?: number;
}

/** Most bytes of the JSON of one chunk, unless said otherwise: 1 MiB. */
export const DEFAULT_MAX_CHUNK_BYTES = 1_048_576;

/** A row of the streams. */
export type StreamRow = {
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
export type StreamChunkRow = {
  stream_id: string;
  seq: number;
  /** Its JSON. */
  chunk: string;
  /** When the block it lies in was last written. */
  created_at: number;
};
