/**
 * The streams of answers as they are stored, to be read and replayed.
 *
 * @module
 */

import type { StreamsSyncInternal } from "../../streams/sync.ts";
import type { StreamJson, StreamRow } from "../../streams/types.ts";
import { textsOf } from "../segments.ts";
import { type ChatTurnOutcome, responseFrame } from "../wire.ts";
import { type ChatConnection, sendIfOpen } from "./protocol.ts";

/** Segments that are read at once. */
const PAGE = 10;

interface Metadata {
  readonly cfChat?: number;
  readonly messageId?: string;
  readonly parentMessageId?: string;
  readonly isContinuation?: number;
  readonly originMessageIds?: string[];
  readonly outcome?: ChatTurnOutcome;
}

type Status = "streaming" | "completed" | "error";

/** What every stream of a chat says of itself, whether it is being written or not. */
export class StoredAnswers {
  protected readonly streams: StreamsSyncInternal;

  constructor(streams: StreamsSyncInternal) {
    this.streams = streams;
  }

  replayCompletedChunksByRequestId(connection: ChatConnection, requestId: string): boolean {
    return this.#replay(connection, this.rows(requestId, "completed")[0]);
  }

  replayErroredChunksByRequestId(connection: ChatConnection, requestId: string): boolean {
    return this.#replay(connection, this.rows(requestId, "errored")[0]);
  }

  /** The newest stream of a request. */
  latestStreamInfoForRequest(
    requestId: string,
  ): { id: string; status: Status; createdAt: number } | null {
    const [row] = this.rows(requestId);
    if (!row) return null;
    const { created_at: createdAt, state, stream_id: id } = row;
    return { id, status: state === "errored" ? "error" : state, createdAt };
  }

  getStreamMessageId(streamId: string): string | null {
    const row = this.streams.getStream(streamId);
    return (row && metadataOf(row).messageId) ?? null;
  }

  /** The user messages that a request ended with. */
  getOriginMessageIds(requestId: string): string[] | undefined {
    const [row] = this.rows(requestId);
    return row && metadataOf(row).originMessageIds;
  }

  getOutcome(requestId: string): ChatTurnOutcome | undefined {
    const [row] = this.rows(requestId);
    return row && metadataOf(row).outcome;
  }

  /** The chunks of a stream in order. */
  getStreamChunks(streamId: string): Array<{ body: string; chunk_index: number }> {
    return [...this.bodies(streamId)].map((body, chunk_index) => ({ body, chunk_index }));
  }

  protected note(streamId: string, outcome: ChatTurnOutcome | undefined): void {
    const row = this.streams.getStream(streamId);
    if (!row || outcome === undefined) return;
    const metadata = { ...metadataOf(row), outcome } as Record<string, StreamJson>;
    this.streams.setMetadata(streamId, metadata);
  }

  #replay(connection: ChatConnection, row: StreamRow | undefined): boolean {
    if (row) this.send(connection, row);
    return row !== undefined;
  }

  protected send(connection: ChatConnection, row: StreamRow): void {
    const continuation = metadataOf(row).isContinuation === 1 ? true : undefined;
    let seq = 0;
    for (const body of this.bodies(row.stream_id)) {
      const chunk = { id: row.tag ?? "", body, done: false, replay: true, continuation } as const;
      sendIfOpen(connection, responseFrame({ ...chunk, seq: seq++ }));
    }
  }

  protected bodies(streamId: string): Generator<string, void, undefined> {
    return textsOf(this.#segments(streamId));
  }

  *#segments(streamId: string): Generator<StreamJson, void, undefined> {
    for (let from = 0; ; ) {
      const rows = this.streams.readChunks(streamId, from, PAGE);
      for (const { chunk } of rows) yield JSON.parse(chunk) as StreamJson;
      const last = rows.at(-1);
      if (!last) return;
      from = last.seq + 1;
    }
  }

  protected rows(requestId?: string, state?: StreamRow["state"]): StreamRow[] {
    const rows =
      requestId === undefined ? this.streams.listRows() : this.streams.rowsByTag(requestId);
    return rows.filter((row) => metadataOf(row).cfChat === 1 && (!state || row.state === state));
  }
}

export function metadataOf({ metadata }: StreamRow): Metadata {
  return metadata === null ? {} : ((JSON.parse(metadata) as Metadata | null) ?? {});
}
