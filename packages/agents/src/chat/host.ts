/**
 * What the chat room needs of its agent.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Clock } from "../clock.ts";
import type { Connection } from "../connections/types.ts";
import type { Emit } from "../observability/events.ts";
import type { Random } from "../random.ts";
import type { SqlRunner } from "../storage/sql.ts";
import type { ChatResponseResult, OnChatMessageOptions } from "./types.ts";

/** Events of the chat, for observers. */
export interface ChatEvents {
  "message:request": Record<string, never>;
  "message:response": Record<string, never>;
  "message:clear": Record<string, never>;
  "message:cancel": { requestId: string };
  "message:error": { error: string };
}

declare module "../observability/events.ts" {
  interface EventPayloads extends ChatEvents {}
}

/** The agent, as its chat sees it. */
export interface ChatHost {
  readonly sql: SqlRunner;
  readonly clock: Clock;
  readonly random: Random;
  /** The conversation in memory. The agent's author may replace it. */
  messages: UIMessage[];
  /** Most messages to store; undefined for no limit. */
  readonly maxPersistedMessages: number | undefined;
  /** Bytes of stored messages to take into memory at a start. */
  readonly hydrationByteBudget: number;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
  /** Sends to every connection except those with an id in `without`. */
  broadcast(frame: string, without: string[]): void;
  /** Sends to one connection; a closed one is no error. */
  send(connection: Connection, frame: string): void;
  /** Keeps the agent awake while `body` runs. */
  awake<T>(body: () => Promise<T>): Promise<T>;
  /** Asks the agent for its answer. */
  reply(options: OnChatMessageOptions): Promise<Response | undefined>;
  /** The last word on what is stored of a message. */
  sanitize(message: UIMessage): UIMessage;
  /** Tells the agent how a turn ended. */
  responded(result: ChatResponseResult): void | Promise<void>;
  /** Shows a failure to the agent's `onError`; never throws. */
  failed(error: unknown): Promise<void>;
  readonly emit: Emit;
}
