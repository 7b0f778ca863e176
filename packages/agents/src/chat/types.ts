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
  /** Whether this turn goes on with the last answer. */
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
  /** The turn had ended in an earlier life of the agent, which did not come to tell of it. */
  recovered?: boolean;
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

/**
 * What happens to a message that is sent while another is being answered. Turns of other kinds
 * always wait for each other.
 *
 * - `queue`: each is answered, one after the other.
 * - `latest`: only the last of those that wait is answered; all are kept.
 * - `merge`: like `latest`, and the messages that waited become one.
 * - `drop`: it is refused, and not stored.
 * - `debounce`: like `latest`, `debounceMs` (default 750) after the last one came.
 */
export type MessageConcurrency =
  | "queue"
  | "latest"
  | "merge"
  | "drop"
  | { strategy: "debounce"; debounceMs?: number };

/** A turn that was interrupted, as `onChatRecovery` is told of it. */
export type ChatRecoveryContext = {
  /** The same for all attempts at one turn. */
  incidentId: string;
  /** Id of the turn's first request; the same for all attempts. */
  recoveryRootRequestId: string;
  /** Attempts since the last progress, from 1. */
  attempt: number;
  maxAttempts: number;
  /** Whether the user's message will be answered anew, or the partial answer goes on. */
  recoveryKind: "retry" | "continue";
  /** Id of the interrupted stream; empty when the answer had not begun. */
  streamId: string;
  /** Id of the interrupted request. */
  requestId: string;
  /** What was said so far, as text. */
  partialText: string;
  /** What was said so far. */
  partialParts: UIMessage["parts"];
  /** What the turn gave to `this.stash()` last; null when nothing. */
  recoveryData: unknown | null;
  /** The stored conversation. */
  messages: UIMessage[];
  /** Further fields of the request. */
  lastBody?: Record<string, unknown>;
  /** Tools of the client. */
  lastClientTools?: ClientToolSchema[];
  /** When the turn was accepted, in milliseconds since the Unix epoch. */
  createdAt: number;
};

/** What `onChatRecovery` decides. */
export type ChatRecoveryOptions = {
  /** Store what was said so far. Default true; results of tools are stored in any case. */
  persist?: boolean;
  /** Try again. Default true; with `false` the turn ends as aborted. */
  continue?: boolean;
};

/** A turn that was given up. */
export type ChatRecoveryExhaustedContext = Pick<
  ChatRecoveryContext,
  | "incidentId"
  | "requestId"
  | "recoveryRootRequestId"
  | "attempt"
  | "maxAttempts"
  | "recoveryKind"
  | "streamId"
  | "createdAt"
  | "partialText"
  | "partialParts"
> & {
  /**
   * Why: `interrupted_attempts_exceeded`, `work_budget_exceeded`, `no_progress_timeout`,
   * `recovery_aborted`, `max_attempts_exceeded`, `out_of_memory`. More may come. The published
   * package's `stable_timeout` does not happen here.
   */
  reason: string;
  /** What clients were told. */
  terminalMessage: string;
};

/** How far a turn that is recovered has come. */
export type ChatRecoveryProgressContext = {
  incidentId: string;
  requestId: string;
  recoveryRootRequestId: string;
  attempt: number;
  maxAttempts: number;
  recoveryKind: "retry" | "continue";
  /** What was streamed since the first interruption, in units of about ten chunks. */
  work: number;
  /** Milliseconds since the first interruption. */
  ageMs: number;
};

/** How a chat recovers interrupted turns. `true`: with all defaults. */
export type ChatRecoveryConfig =
  | true
  | {
      /** Attempts without progress. Default 10. */
      maxAttempts?: number;
      /**
       * Accepted, and without effect. In the published package an attempt waits so long, in
       * milliseconds, for the chat to come to rest. Here an attempt has its place in the queue of
       * turns: nothing runs beside it, and no turn is given up because one before it takes long.
       */
      stableTimeoutMs?: number;
      /** What clients are told when a turn is given up. */
      terminalMessage?: string;
      /** Milliseconds that may pass without progress. Default five minutes. */
      noProgressTimeoutMs?: number;
      /** Units of about ten chunks that may be streamed after the first interruption. Default 10 000. */
      maxRecoveryWork?: number;
      /** Attempts that may end with their process, the first included. Default 5. */
      maxInterruptedAttempts?: number;
      /** @deprecated Use `maxInterruptedAttempts`, which is one more. */
      maxOomRetries?: number;
      /** Asked from the second attempt on; `false` gives the turn up. What it throws counts as true. */
      shouldKeepRecovering?(context: ChatRecoveryProgressContext): boolean | Promise<boolean>;
      /** A turn was given up. */
      onExhausted?(context: ChatRecoveryExhaustedContext): void | Promise<void>;
    };

/** A {@link ChatRecoveryConfig} with its defaults. */
export type ResolvedChatRecoveryConfig = {
  maxAttempts: number;
  stableTimeoutMs: number;
  terminalMessage: string;
  noProgressTimeoutMs: number;
  maxRecoveryWork: number;
  maxInterruptedAttempts: number;
  shouldKeepRecovering?: (context: ChatRecoveryProgressContext) => boolean | Promise<boolean>;
  onExhausted?: (context: ChatRecoveryExhaustedContext) => void | Promise<void>;
};
