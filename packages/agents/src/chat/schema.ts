/**
 * The chat's tables. Names and columns equal those of the published packages, so that a transcript
 * written by one SDK is read by the other. They are created at the first write.
 *
 * @module
 */

/** The session a chat agent's transcript is kept under. */
export const DEFAULT_SESSION = "";

/** Longest text in a row, in bytes of UTF-8; the rest of a message goes to chunk rows. */
export const MAX_ROW_BYTES = 1_572_864;

/**
 * One row a message: its JSON in `content`, in the order of `seq` (from 1), each naming the one
 * before it in `parent_id`. `created_at` is in milliseconds since the epoch.
 */
export const MESSAGES_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_session_messages (
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
) WITHOUT ROWID`;

/** What does not fit in a message's own row, in the order of `idx` (from 1). */
export const MESSAGE_CHUNKS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_session_message_chunks (
  session_id TEXT NOT NULL,
  id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (session_id, id, idx)
) WITHOUT ROWID`;

/** Values of the last request, by {@link ContextKey}, as JSON. */
export const REQUEST_CONTEXT_TABLE = `create table if not exists cf_ai_chat_request_context (
  key text primary key,
  value text not null
)`;

/** Keys of the request context. */
export const ContextKey = { BODY: "lastBody", CLIENT_TOOLS: "lastClientTools" } as const;
