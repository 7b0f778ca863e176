/**
 * The chat's own stream tables of versions before 0.11, moved into the streams of the object.
 *
 * @module
 */

import type { SqlRunner } from "../../storage/sql.ts";
import type { StreamsSyncInternal } from "../../streams/sync.ts";
import type { StreamJson } from "../../streams/types.ts";

/** Names of the old tables: streams, and their chunks. */
export const LEGACY_STREAM_TABLES = [
  "cf_ai_chat_stream_metadata",
  "cf_ai_chat_stream_chunks",
] as const;
const [STREAMS, CHUNKS] = LEGACY_STREAM_TABLES;

/** What moving needs. */
export interface LegacyStreamPorts {
  readonly sql: SqlRunner;
  readonly streams: StreamsSyncInternal;
  transaction<T>(body: () => T): T;
}

type OldStream = {
  id: string;
  request_id: string;
  status: string;
  created_at: number;
  completed_at: number | null;
  message_id?: string | null;
  is_continuation?: number | null;
};

/** Moves streams and their chunks, whole or not at all; the old tables that are `there` go. */
export function liftStreams(
  { sql, streams, transaction }: LegacyStreamPorts,
  there: ReadonlySet<string>,
): void {
  const hasStreams = there.has(STREAMS);
  const hasChunks = there.has(CHUNKS);
  if (!hasStreams && !hasChunks) return;
  transaction(() => {
    const rows = hasStreams ? sql<OldStream>(`SELECT * FROM ${STREAMS} ORDER BY created_at`) : [];
    for (const row of rows) liftStream(sql, streams, row, hasChunks);
    if (hasChunks) sql(`DROP TABLE ${CHUNKS}`);
    if (hasStreams) sql(`DROP TABLE ${STREAMS}`);
  });
}

function liftStream(
  sql: SqlRunner,
  streams: StreamsSyncInternal,
  row: OldStream,
  hasChunks: boolean,
): void {
  if (streams.getStream(row.id)) return;
  const chunks = hasChunks
    ? sql<{ body: string; created_at: number }>(
        `SELECT body, created_at FROM ${CHUNKS} WHERE stream_id = ? ORDER BY chunk_index`,
        row.id,
      )
    : [];
  streams.importStream({
    streamId: row.id,
    state: stateOf(row.status),
    tag: row.request_id,
    metadata: {
      cfChat: 1,
      ...(row.message_id ? { messageId: row.message_id } : {}),
      ...(row.is_continuation ? { isContinuation: 1 } : {}),
    },
    chunkCount: chunks.length,
    createdAt: row.created_at,
    updatedAt: chunks.at(-1)?.created_at ?? row.created_at,
    closedAt: row.completed_at,
  });
  for (const { body, created_at } of chunks) {
    streams.importChunk(row.id, segmentOf(body), created_at);
  }
}

function stateOf(status: string): "streaming" | "completed" | "errored" {
  if (status === "error") return "errored";
  return status === "completed" ? "completed" : "streaming";
}

/** Several chunks of a row are an array of texts; one is its text. */
function segmentOf(body: string): StreamJson {
  if (!body.startsWith("[")) return body;
  try {
    const packed: unknown = JSON.parse(body);
    return Array.isArray(packed) && packed.every((one) => typeof one === "string") ? packed : body;
  } catch {
    return body;
  }
}
