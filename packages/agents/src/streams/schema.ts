/**
 * Tables of streams. Names, columns and meanings equal those of the published `agents` 0.32, so that
 * a stream written by one SDK is read by the other. They are made with the first stream.
 */

/**
 * One row a stream. Times are in milliseconds. While `state` is `streaming`, `chunk_count` and
 * `updated_at` stay as they were at the opening: the end of the log says how far it is.
 */
export const STREAMS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_streams (
  stream_id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('streaming', 'completed', 'errored')),
  tag TEXT,
  metadata TEXT,
  error_message TEXT,
  chunk_count INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  closed_at INTEGER
)`;

export const STREAMS_INDEX = `CREATE INDEX IF NOT EXISTS idx_cf_agents_streams_tag
  ON cf_agents_streams(tag, created_at)`;

/**
 * The log: `body` holds the JSON of the chunks from `seq_from` to before `seq_to`, with commas
 * between and without brackets.
 */
export const STREAM_BLOCKS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_stream_blocks (
  stream_id TEXT NOT NULL,
  block INTEGER NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (stream_id, block)
) WITHOUT ROWID`;

/** The log of an earlier version: one row a chunk. */
export const LEGACY_STREAM_CHUNKS_TABLE = "cf_agents_stream_chunks";
