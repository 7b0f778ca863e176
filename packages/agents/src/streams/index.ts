export {
  StreamClosedError,
  StreamNotFoundError,
  StreamSerializationError,
} from "./contract-errors.ts";
export { type SSEResponseOptions, sseResponse } from "./sse.ts";
export { Streams } from "./streams.ts";
export {
  DEFAULT_MAX_CHUNK_BYTES,
  type StreamChunk,
  type StreamJson,
  type StreamListOptions,
  type StreamOpenOptions,
  type StreamReadBatchesOptions,
  type StreamReadOptions,
  type StreamSettleOptions,
  type StreamState,
  type StreamStatus,
  type StreamsOptions,
  type StreamWriter,
} from "./types.ts";
