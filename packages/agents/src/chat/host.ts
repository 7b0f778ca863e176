/**
 * What the chat room needs of its agent.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Clock } from "../clock.ts";
import type { Connection } from "../connections/types.ts";
import type { CurrentFiber } from "../fibers/current.ts";
import type { Emit } from "../observability/events.ts";
import type { Random } from "../random.ts";
import type { SessionSync } from "../sessions/sync.ts";
import type { SessionMirrorOptions } from "../sessions/types.ts";
import type { SqlRunner } from "../storage/sql.ts";
import type { StreamsSyncInternal } from "../streams/sync.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { Values } from "./recovery/progress.ts";
import type {
  ChatRecoveryConfig,
  ChatRecoveryContext,
  ChatRecoveryOptions,
  ChatResponseResult,
  MessageConcurrency,
  OnChatMessageOptions,
} from "./types.ts";

/** Where a chat keeps what it knows. */
export interface ChatStorage {
  readonly sql: SqlRunner;
  /** Small values by key. */
  readonly kv: Values;
  /** The transcript. */
  readonly session: SessionSync;
  /** Tells of every change of the transcript, whoever made it. Returns what ends it. */
  mirror(options: SessionMirrorOptions<UIMessage>): () => void;
  readonly streams: StreamsSyncInternal;
  readonly tasks: Tasks;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
}

/** How the agent's author has set up the chat. Read when needed: they are fields of the class. */
export interface ChatSettings {
  /** Most messages to store; undefined for no limit. */
  readonly maxPersistedMessages: number | undefined;
  /** Bytes of stored messages to take into memory at a start. */
  readonly hydrationByteBudget: number;
  readonly messageConcurrency: MessageConcurrency;
  readonly chatRecovery: ChatRecoveryConfig;
  /** Longest time between two chunks, in milliseconds; 0 for any. */
  readonly chatStreamStallTimeoutMs: number;
  /** Longest time that a call waits for a client's result, in milliseconds; 0 for any. */
  readonly clientToolTimeoutMs: number;
  /** What of a client's copy of the conversation counts. */
  readonly clientTranscripts: "guarded" | "trusted";
}

/** The agent, as its chat sees it. */
export interface ChatHost extends ChatStorage {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: ChatSettings;
  /** The conversation in memory. The agent's author may replace it. */
  messages: UIMessage[];
  /** Sends to every connection except those with an id in `without`. */
  broadcast(frame: string, without: string[]): void;
  /** Sends to one connection; a closed one is no error. */
  send(connection: Connection, frame: string): void;
  /** The open connection with an id. */
  connection(id: string): Connection | undefined;
  /** Whether a connection may only look. */
  isReadonly(connection: Connection): boolean;
  /** Whether the agent's start is through. */
  isStarted(): boolean;
  /** Keeps the agent awake while `body` runs. */
  awake<T>(body: () => Promise<T>): Promise<T>;
  /** Resolves when everything that was written is on the disk, as far as the host promises that. */
  synced(): Promise<void>;
  /** Runs code of the agent's for a connection, or for nobody; `fiber` is what `stash()` stores in. */
  within<T>(scope: ChatScope, body: () => T): T;
  /** Resolves when the servers of the agent's tools are there, or are waited for no longer. */
  toolsReady(): Promise<void>;
  /** Asks the agent for its answer. */
  reply(options: OnChatMessageOptions): Promise<Response | undefined>;
  /** The last word on what is stored of a message. */
  sanitize(message: UIMessage): UIMessage;
  /** The part in the place of one whose call was interrupted. */
  repair(part: UIMessage["parts"][number]): UIMessage["parts"][number];
  /** Tells the agent how a turn ended. */
  responded(result: ChatResponseResult): void | Promise<void>;
  /** Asks the agent what becomes of an interrupted turn. */
  recovering(context: ChatRecoveryContext): Promise<ChatRecoveryOptions | undefined>;
  /** Shows a failure to the agent's `onError`; never throws. */
  failed(error: unknown): Promise<void>;
  readonly emit: Emit;
}

/** Whom code of the agent's runs for. */
export interface ChatScope {
  readonly connection?: Connection | undefined;
  readonly fiber?: CurrentFiber | undefined;
}
