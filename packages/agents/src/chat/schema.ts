/**
 * The chat's tables. Names and columns equal those of the published packages, so that a transcript
 * written by one SDK is read by the other. They are created at the first write.
 *
 * @module
 */

/** Values of the last request, by {@link ContextKey}, as JSON. */
export const REQUEST_CONTEXT_TABLE = `create table if not exists cf_ai_chat_request_context (
  key text primary key,
  value text not null
)`;

/** Keys of the request context; the last two are ours alone. */
export const ContextKey = {
  BODY: "lastBody",
  CLIENT_TOOLS: "lastClientTools",
  /** The continuation that is to come. */
  CONTINUATION: "pendingContinuation",
  /** Names of tools whose calls answers ended with: clients run them, whoever has described them. */
  OBSERVED_TOOLS: "observedClientTools",
} as const;

/**
 * What copies of the conversation may no longer bring back, by message id: the hash of a version that
 * was replaced, or nothing for a message that was taken away; and the connection that did it. Ours
 * alone. Its rows are kept in the order in which they came.
 */
export const SUPERSEDED_TABLE = `create table if not exists cf_ai_chat_superseded (
  id text not null,
  version text not null,
  made_by text,
  primary key (id, version)
)`;

/** How much was streamed by streams that are gone; one row, with the key `chat`. */
export const CHAT_PROGRESS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_chat_progress (
  key TEXT PRIMARY KEY,
  retired INTEGER NOT NULL,
  legacy INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID`;

/** Keys of the object's small values that chats use. */
export const ChatKey = {
  /** How much was streamed, as a number. */
  PROGRESS: "cf:chat-recovery:progress",
  /** Since when a turn is being recovered, and which. */
  RECOVERING: "cf:chat:recovering",
  /** The error that the last turn ended with. */
  LAST_TERMINAL: "cf:chat:last-terminal",
} as const;

/** Beginnings of such keys; what follows is an id. */
export const ChatKeyPrefix = {
  /** What recovery knows of an interrupted turn, by the id of the incident, percent-encoded. */
  INCIDENT: "cf:chat-recovery:incident:",
  /** What a turn was accepted with, by the id of its run, until the turn has ended. */
  TURN: "__cf_chat_turn_snapshot:",
  /** How a turn ended that the agent has not been told of yet, by the id of its run. */
  ENDED: "freehold:chat-turn-ended:",
} as const;

/** Names of the chat's own tasks, in the published package's words; the last is ours alone. */
export const ChatTask = {
  TURN: "__cf_internal_chat_turn",
  RECOVERY: "__cf_internal_chat_recovery",
  TOOL_DEADLINE: "__cf_internal_chat_tool_deadline",
} as const;
