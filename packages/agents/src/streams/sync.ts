import type {
  StreamChunkRow,
  StreamJson,
  StreamRow,
  StreamSettleOptions,
  StreamState,
} from "./types.ts";

/** Told of each stream that is deleted: its row and how many chunks it had, just before. */
export type DeleteHook = (row: StreamRow, cursor: number) => void;

/** A stream as it was elsewhere. */
export interface ImportedStream {
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
export interface StreamsSyncInternal {
  ensureTables(): void;
  getStream(streamId: string): StreamRow | undefined;
  /** The caller has looked that there is none. */
  insertStream(
    streamId: string,
    tag: string | null,
    metadata: Record<string, StreamJson> | undefined,
  ): void;
  setMetadata(streamId: string, metadata: Record<string, StreamJson>): void;
  append(streamId: string, chunk: StreamJson): number;
  /** Stores JSON as it is, of a stream that the caller knows to be live. */
  appendJson(streamId: string, json: string): number;
  /** When the last chunk was written, in milliseconds; null while there is none. */
  lastChunkAt(streamId: string): number | null;
  cursor(streamId: string): number;
  /** Hooks run inside the transaction that deletes. Returns what takes the hook away. */
  onDelete(hook: DeleteHook): () => void;
  /** Returns whether this call ended the stream. */
  settle(
    streamId: string,
    state: Exclude<StreamState, "streaming">,
    reason: string | null,
    options?: StreamSettleOptions,
  ): boolean;
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
