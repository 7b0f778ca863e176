/**
 * Tables of sessions. Names, columns and meanings equal those of the published `agents` 0.32, so that
 * a session written by one SDK is read by the other. They are made at the first write.
 */

/** Most bytes of text in a row, in UTF-8; the rest goes to rows that continue it. */
export const MAX_ROW_BYTES = 1_572_864;

/** What stands in a message for a payload that is stored apart; its SHA-256 in hexadecimal follows. */
export const ATTACHMENT_POINTER = "attachment:sha256:";

export const SEARCH_TABLE = `CREATE VIRTUAL TABLE IF NOT EXISTS cf_agents_session_fts
  USING fts5(id UNINDEXED, session_id UNINDEXED, role UNINDEXED, content, tokenize='porter unicode61')`;

/** In the order in which they are made; when the last is there, all are. */
export const SESSION_TABLES = [
  // `seq` from 1 within a session: the highest is the newest. `content` is the message's JSON.
  `CREATE TABLE IF NOT EXISTS cf_agents_session_messages (
  session_id TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  parent_id TEXT,
  type TEXT NOT NULL DEFAULT 'message',
  role TEXT NOT NULL,
  content TEXT NOT NULL,
  content_chunks INTEGER NOT NULL DEFAULT 0,
  token_estimate INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  content_hash TEXT,
  PRIMARY KEY (session_id, id)
) WITHOUT ROWID`,
  // What does not fit in a message's own row, from `idx` 1 on.
  `CREATE TABLE IF NOT EXISTS cf_agents_session_message_chunks (
  session_id TEXT NOT NULL,
  id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (session_id, id, idx)
) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS cf_agents_session_compactions (
  session_id TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  summary TEXT NOT NULL,
  from_message_id TEXT NOT NULL,
  to_message_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, id)
) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS cf_agents_session_config (
  session_id TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (session_id, key)
) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS cf_agents_session_attachment_meta (
  hash TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  chunks INTEGER NOT NULL
) WITHOUT ROWID`,
  // From `idx` 0 on.
  `CREATE TABLE IF NOT EXISTS cf_agents_session_attachment_chunks (
  hash TEXT NOT NULL,
  idx INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (hash, idx)
) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS cf_agents_session_attachment_refs (
  session_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (session_id, message_id, hash)
) WITHOUT ROWID`,
] as const;
