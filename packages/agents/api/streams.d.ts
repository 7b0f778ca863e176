import {
  DEFAULT_MAX_CHUNK_BYTES,
  FreeholdError,
  StreamChunk,
  StreamJson,
  StreamListOptions,
  StreamOpenOptions,
  StreamReadBatchesOptions,
  StreamReadOptions,
  Streams,
  StreamSettleOptions,
  StreamsOptions,
  StreamState,
  StreamStatus,
  StreamWriter,
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