import { FreeholdError } from "../errors.ts";
import { LifecycleCapability, servicesOf } from "../lifecycle/capability.ts";
import { readBatches } from "./read.ts";
import { StreamStore, settled } from "./store.ts";
import type { StreamsSyncInternal } from "./sync.ts";
import {
  DEFAULT_MAX_CHUNK_BYTES,
  type StreamChunk,
  type StreamJson,
  type StreamListOptions,
  type StreamOpenOptions,
  type StreamReadBatchesOptions,
  type StreamReadOptions,
  type StreamRow,
  type StreamStatus,
  type StreamsOptions,
  type StreamWriter,
} from "./types.ts";

const MAX_ID_CHARACTERS = 256;
const DEFAULT_LIMIT = 100;

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
export class Streams extends LifecycleCapability {
  readonly #store: StreamStore;

  constructor({ maxChunkBytes = DEFAULT_MAX_CHUNK_BYTES }: StreamsOptions = {}) {
    super("streams");
    this.#store = new StreamStore(() => {
      const { clock, events, sql, storage } = servicesOf(this);
      const transaction = <T>(body: () => T) => storage.transactionSync(body);
      return { clock, sql, transaction, emit: events.emit };
    }, maxChunkBytes);
  }

  override async onStart(): Promise<void> {
    this.#store.start();
  }

  /**
   * Opens a stream for writing. A live one that is opened again goes on where it is, whatever
   * metadata is given.
   *
   * @param streamId 1 to 256 characters.
   * @throws StreamClosedError when it has ended; FreeholdError `invalid_stream_id`,
   *   `invalid_stream_tag`, `stream_tag_conflict`; StreamSerializationError
   */
  async open(streamId: string, options: StreamOpenOptions = {}): Promise<StreamWriter> {
    checkId(streamId);
    const { metadata, tag } = options;
    if (tag !== undefined && typeof tag !== "string") {
      throw new FreeholdError("invalid_stream_tag", "Stream tags must be strings");
    }
    await servicesOf(this).ready();
    const row = this.#store.find(streamId);
    if (!row) this.#store.insert(streamId, tag ?? null, metadata);
    else if (row.state !== "streaming") throw settled(row);
    else if (tag !== undefined && tag !== row.tag) throw conflict(row, tag);
    return writerOf(this.#store, streamId);
  }

  /**
   * The chunks from `from` on, then those that are added, until the stream ends. How it ended is in
   * {@link status}.
   *
   * @throws StreamNotFoundError, FreeholdError `invalid_stream_read`, the reason of `signal`
   */
  async *read(
    streamId: string,
    options: StreamReadOptions = {},
  ): AsyncGenerator<StreamChunk, void, undefined> {
    for await (const batch of this.readBatches(streamId, options)) {
      for (const chunk of batch) {
        options.signal?.throwIfAborted();
        yield chunk;
      }
    }
  }

  /** Like {@link read}, with all chunks that are there at once in one array, up to `batchSize`. */
  async *readBatches(
    streamId: string,
    options: StreamReadBatchesOptions = {},
  ): AsyncGenerator<StreamChunk[], void, undefined> {
    await servicesOf(this).ready();
    yield* readBatches(this.#store, streamId, options);
  }

  /** What is known of a stream; null when there is none. */
  async status(streamId: string): Promise<StreamStatus | null> {
    await servicesOf(this).ready();
    const row = this.#store.find(streamId);
    return row ? this.#statusOf(row) : null;
  }

  /** Streams, the newest first. @throws FreeholdError `invalid_stream_limit` */
  async list(options: StreamListOptions = {}): Promise<StreamStatus[]> {
    const { limit = DEFAULT_LIMIT } = options;
    if (!Number.isInteger(limit)) {
      throw new FreeholdError("invalid_stream_limit", `The limit must be an integer, not ${limit}`);
    }
    await servicesOf(this).ready();
    return this.#store.list({ ...options, limit }).map((row) => this.#statusOf(row));
  }

  /**
   * Deletes a stream that has ended; false when there is none.
   *
   * @throws FreeholdError `stream_live`
   */
  async delete(streamId: string): Promise<boolean> {
    await servicesOf(this).ready();
    const row = this.#store.find(streamId);
    if (row?.state === "streaming") {
      const message = `Cannot delete live stream "${streamId}"; close() or error() it first`;
      throw new FreeholdError("stream_live", message);
    }
    if (row) this.#store.delete(streamId);
    return row !== undefined;
  }

  /** @internal Everything at once, for the SDK's own rooms. */
  __DO_NOT_USE_WILL_BREAK__sync(): StreamsSyncInternal {
    const store = this.#store;
    return {
      ensureTables: () => store.createTables(),
      getStream: (streamId) => store.find(streamId),
      insertStream: (streamId, tag, metadata) => store.insert(streamId, tag, metadata),
      setMetadata: (streamId, metadata) => store.setMetadata(streamId, metadata),
      append: (streamId, chunk) => store.append(streamId, chunk),
      appendJson: (streamId, json) => store.appendJson(streamId, json),
      lastChunkAt: (streamId) => store.lastAt(streamId) ?? null,
      cursor: (streamId) => store.cursor(streamId),
      onDelete: (hook) => store.onDelete(hook),
      settle: (...args) => store.settle(...args),
      deleteUnchecked: (streamId) => store.delete(streamId),
      deleteMany: (streamIds) => store.deleteMany(streamIds),
      readChunks: (streamId, fromSeq, limit) =>
        store
          .from(streamId, Math.max(0, fromSeq))
          .take(limit)
          .map(({ at, chunk, seq }) => {
            return { stream_id: streamId, seq, chunk: JSON.stringify(chunk), created_at: at };
          }),
      listRows: () => store.list(),
      rowsByTag: (tag, state) => store.list({ tag, ...(state ? { state } : {}) }),
      importStream: (stream) => store.importStream(stream),
      importChunk: (streamId, chunk, at) => store.importChunk(streamId, chunk, at),
    };
  }

  /** The row of a live stream does not say how far it is; its log does. */
  #statusOf(row: StreamRow): StreamStatus {
    const live = row.state === "streaming";
    return {
      streamId: row.stream_id,
      state: row.state,
      cursor: live ? this.#store.cursor(row.stream_id) : row.chunk_count,
      ...(row.tag === null ? {} : { tag: row.tag }),
      ...(row.metadata === null ? {} : { metadata: JSON.parse(row.metadata) }),
      ...(row.error_message === null ? {} : { error: row.error_message }),
      createdAt: row.created_at,
      updatedAt: (live ? this.#store.lastAt(row.stream_id) : undefined) ?? row.updated_at,
      ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
    };
  }
}

function writerOf(store: StreamStore, streamId: string): StreamWriter {
  return {
    streamId,
    get cursor() {
      return store.cursor(streamId);
    },
    append: (chunk: StreamJson) => store.append(streamId, chunk),
    close: (options) => void store.settle(streamId, "completed", null, options),
    error: (reason, options) =>
      void store.settle(streamId, "errored", reason === undefined ? null : String(reason), options),
  };
}

function checkId(streamId: unknown): void {
  if (typeof streamId !== "string" || streamId === "") {
    throw new FreeholdError("invalid_stream_id", "Stream ids must be non-empty strings");
  }
  if (streamId.length > MAX_ID_CHARACTERS) {
    throw new FreeholdError(
      "invalid_stream_id",
      `Stream id exceeds ${MAX_ID_CHARACTERS} characters`,
    );
  }
}

function conflict(row: StreamRow, tag: string): FreeholdError {
  return new FreeholdError(
    "stream_tag_conflict",
    `Stream "${row.stream_id}" is already open with tag ${JSON.stringify(row.tag)}; refusing reopen with tag ${JSON.stringify(tag)}`,
  );
}
