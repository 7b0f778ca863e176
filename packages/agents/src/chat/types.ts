/**
 * The public types of chat agents.
 *
 * @module
 */

import type { JSONSchema7, Tool, UIMessage } from "ai";

/** One message of a conversation. */
export type ChatMessage = UIMessage;

/** A tool that runs in the client, as the client describes it. */
export type ClientToolSchema = {
  /** Unique name. */
  name: string;
  /** What the tool does, for the model. */
  description?: Tool["description"];
  /** JSON Schema of the input. */
  parameters?: JSONSchema7;
};

/** What `onChatMessage` is told of the turn. */
export type OnChatMessageOptions = {
  /** Id of the request; the client's for its own turns. */
  requestId: string;
  /** Aborts when the client cancels, the history is cleared, or the caller's signal aborts. */
  abortSignal?: AbortSignal;
  /** Tools the client runs. */
  clientTools?: ClientToolSchema[];
  /** Further fields of the request: `body` of the hook, or of `sendMessage`. */
  body?: Record<string, unknown>;
  /** Whether this turn goes on with the last answer. Always false so far. */
  continuation?: boolean;
};

/** How a turn ended, given to `onChatResponse`. */
export type ChatResponseResult = {
  /** The answer, as stored; partial unless `status` is `"completed"`. */
  message: UIMessage;
  /** Id of the request. */
  requestId: string;
  /** Whether the turn went on with an earlier answer. */
  continuation: boolean;
  status: "completed" | "error" | "aborted";
  /** Why, when `status` is `"error"`. */
  error?: string;
};

/** Options of `saveMessages`. */
export type SaveMessagesOptions = {
  /** Ends the turn when it aborts. */
  signal?: AbortSignal;
};

/** What became of a turn started by `saveMessages`. `skipped`: the history was cleared meanwhile. */
export type SaveMessagesResult = {
  requestId: string;
  status: "completed" | "error" | "skipped" | "aborted";
  error?: string;
};
