/**
 * What chats keep of interrupted turns, for code that runs a chat of its own on the same storage, or
 * looks at one.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import {
  isDurableObjectCodeUpdateReset,
  isDurableObjectMemoryLimitReset,
  isDurableObjectStorageReset,
} from "../../retry/platform.ts";
import { Streams } from "../../streams/streams.ts";
import { CHAT_RECOVERING_FLAG_TTL_MS, CHAT_RECOVERY_INCIDENT_TTL_MS } from "../recovery/config.ts";
import type { ChatRecoveryIncident } from "../recovery/incident.ts";
import { ChatKey, ChatKeyPrefix, ChatTask } from "../schema.ts";
import type {
  ChatRecoveryExhaustedContext,
  ClientToolSchema,
  ResolvedChatRecoveryConfig,
} from "../types.ts";
import { KV_DELETE_MAX_KEYS } from "./limits.ts";
import type { ChatRecoveryCodec } from "./orphans.ts";

/** Keys of what is stored. */
export const CHAT_RECOVERY_INCIDENT_KEY_PREFIX = ChatKeyPrefix.INCIDENT;
export const CHAT_RECOVERY_PROGRESS_KEY = ChatKey.PROGRESS;
export const CHAT_RECOVERING_KEY = ChatKey.RECOVERING;
export const CHAT_LAST_TERMINAL_KEY = ChatKey.LAST_TERMINAL;
/** Name of the tasks that take turns up again. */
export const CHAT_RECOVERY_TASK_NAME = ChatTask.RECOVERY;
/** Why a recovery ends that somebody has cancelled. */
export const CHAT_RECOVERY_CANCELLED_REASON = "user_cancelled";
/** Seconds until a chat that has not come to rest is looked at again. */
export const CHAT_RECOVERY_STABLE_RETRY_DELAY_SECONDS = 3;
/** Least time between two credits for content that streams, in milliseconds. */
export const CHAT_STREAM_PROGRESS_CREDIT_THROTTLE_MS = 5000;
export const AGENT_TOOL_STREAM_PROGRESS_BUMP_THROTTLE_MS = 5000;
/** Most bytes of what is stored of an answer at once: what a row takes. */
const MAX_SEGMENT_BYTES = 1_900_000;

/** The streams of a chat: like any, with segments as large as a row takes. */
export function createChatStreams(): Streams {
  return new Streams({ maxChunkBytes: MAX_SEGMENT_BYTES });
}

/** Whether the object was reset: its code is new, its storage failed, or its memory was full. */
export function isDurableObjectResetError(error: unknown): boolean {
  return [
    isDurableObjectCodeUpdateReset,
    isDurableObjectStorageReset,
    isDurableObjectMemoryLimitReset,
  ].some((isReset) => isReset(error));
}

/** Gives credit now and then. */
export interface ProgressCreditThrottle {
  shouldCredit(now: number): boolean;
}

/** At most one credit in five seconds. */
export class StreamProgressCreditThrottle implements ProgressCreditThrottle {
  #last = Number.NEGATIVE_INFINITY;

  shouldCredit(now: number): boolean {
    if (now - this.#last < CHAT_STREAM_PROGRESS_CREDIT_THROTTLE_MS) return false;
    this.#last = now;
    return true;
  }
}

/** The same for what agents that run as tools say. */
export class AgentToolStreamProgressThrottle extends StreamProgressCreditThrottle {}

/** Whether a chunk counts as progress: always when something new begins, else now and then. */
export function shouldCreditStreamProgress(input: {
  codec: Pick<ChatRecoveryCodec, "isProgressChunk" | "isStreamingContentChunk">;
  type: string | undefined;
  throttle: ProgressCreditThrottle;
  now: number;
}): boolean {
  const { codec, now, throttle, type } = input;
  if (codec.isProgressChunk(type)) return true;
  return codec.isStreamingContentChunk(type) && throttle.shouldCredit(now);
}

/** What of a message a snapshot names. */
export interface SnapshotMessage {
  id?: string;
  role: string;
}

/** What a turn was accepted with. */
export type ChatFiberSnapshot<Kind extends string = string> = {
  kind: Kind;
  version: 1;
  requestId: string;
  /** Id of the first attempt's request. */
  recoveryRootRequestId?: string;
  continuation: boolean;
  latestMessageId?: string;
  latestMessageRole?: string;
  latestUserMessageId?: string;
  /** Milliseconds since the Unix epoch. */
  startedAt: number;
  lastBody?: Record<string, unknown>;
  lastClientTools?: ClientToolSchema[];
  originMessageIds?: string[];
};

/** Makes one of the conversation as it is. */
export function createChatFiberSnapshot<Kind extends string>(of: {
  kind: Kind;
  requestId: string;
  recoveryRootRequestId?: string;
  continuation: boolean;
  messages: ReadonlyArray<SnapshotMessage>;
  lastBody?: Record<string, unknown>;
  lastClientTools?: ClientToolSchema[];
  originMessageIds?: string[];
}): ChatFiberSnapshot<Kind> {
  const { kind, messages, requestId, recoveryRootRequestId = requestId, ...rest } = of;
  const last = messages.at(-1);
  const user = messages.findLast(({ role }) => role === "user");
  return {
    ...{ kind, version: 1, requestId, recoveryRootRequestId },
    ...(last?.id === undefined ? {} : { latestMessageId: last.id }),
    ...(last === undefined ? {} : { latestMessageRole: last.role }),
    ...(user?.id === undefined ? {} : { latestUserMessageId: user.id }),
    startedAt: systemClock.now(),
    ...rest,
  };
}

/** A snapshot as it is stored under a key of its own, beside what the agent stashed. */
export function wrapChatFiberSnapshot<Kind extends string>(
  key: string,
  snapshot: ChatFiberSnapshot<Kind>,
  user: unknown | null,
): Record<string, unknown> {
  return { [key]: snapshot, user };
}

/** Reads it; without a snapshot all of the value is what the agent stashed. */
export function unwrapChatFiberSnapshot<Kind extends string>(
  key: string,
  value: unknown,
  expectedKind?: Kind,
): { snapshot: ChatFiberSnapshot<Kind> | null; user: unknown | null } {
  const fields = value as Record<string, unknown> | null | undefined;
  const snapshot = typeof fields === "object" ? fields?.[key] : undefined;
  if (typeof snapshot !== "object" || snapshot === null) {
    return { snapshot: null, user: value ?? null };
  }
  const isOther = expectedKind !== undefined && Reflect.get(snapshot, "kind") !== expectedKind;
  const user = fields?.user ?? null;
  return { snapshot: isOther ? null : (snapshot as ChatFiberSnapshot<Kind>), user };
}

type Storage = DurableObjectStorage;

/** Deletes what is known of interruptions to which nothing has happened for an hour. */
export async function sweepStaleChatRecoveryIncidents(
  storage: Pick<Storage, "list" | "delete">,
  now: number,
): Promise<void> {
  const incidents = await storage.list<ChatRecoveryIncident>({ prefix: ChatKeyPrefix.INCIDENT });
  const old = [...incidents].flatMap(([key, { lastAttemptAt }]) =>
    now - lastAttemptAt > CHAT_RECOVERY_INCIDENT_TTL_MS ? [key] : [],
  );
  for (let at = 0; at < old.length; at += KV_DELETE_MAX_KEYS) {
    await storage.delete(old.slice(at, at + KV_DELETE_MAX_KEYS));
  }
}

const OVER: ReadonlySet<ChatRecoveryIncident["status"]> = new Set([
  ...(["completed", "skipped", "exhausted", "failed"] as const),
]);

/** Interruptions that are being dealt with. */
export async function listActiveChatRecoveryIncidents(
  storage: Pick<Storage, "list">,
): Promise<{ key: string; incident: ChatRecoveryIncident }[]> {
  const incidents = await storage.list<ChatRecoveryIncident>({ prefix: ChatKeyPrefix.INCIDENT });
  const all = [...incidents].map(([key, incident]) => ({ key, incident }));
  return all.filter(({ incident }) => !OVER.has(incident.status));
}

/** How the recovery of an agent that runs as a tool stands. */
export async function classifyAgentToolChildRecovery(
  storage: Pick<Storage, "list">,
): Promise<"in-progress" | "failed" | "none"> {
  if ((await listActiveChatRecoveryIncidents(storage)).length > 0) return "in-progress";
  const incidents = await storage.list<ChatRecoveryIncident>({ prefix: ChatKeyPrefix.INCIDENT });
  const failed = [...incidents.values()].some(
    ({ status }) => status === "failed" || status === "exhausted",
  );
  return failed ? "failed" : "none";
}

/** How much has streamed, in units of about ten chunks. */
export async function readChatRecoveryProgress(storage: Pick<Storage, "get">): Promise<number> {
  return (await storage.get<number>(ChatKey.PROGRESS)) ?? 0;
}

/** Counts a unit, for chats that count by themselves. */
export async function bumpChatRecoveryProgress(
  storage: Pick<Storage, "get" | "put">,
): Promise<void> {
  await storage.put(ChatKey.PROGRESS, (await readChatRecoveryProgress(storage)) + 1);
}

/** The error that the last turn ended with, for clients that were away. */
export type ChatTerminalRecord = { requestId: string; body: string; messageIds?: string[] };

export async function recordChatTerminal(
  storage: Pick<Storage, "put">,
  requestId: string,
  body: string,
  messageIds?: string[],
): Promise<void> {
  const record: ChatTerminalRecord = { requestId, body, ...(messageIds ? { messageIds } : {}) };
  await storage.put(ChatKey.LAST_TERMINAL, record);
}

export async function clearChatTerminal(storage: Pick<Storage, "delete">): Promise<void> {
  await storage.delete(ChatKey.LAST_TERMINAL);
}

export async function pendingChatTerminal(
  storage: Pick<Storage, "get">,
): Promise<ChatTerminalRecord | null> {
  return (await storage.get<ChatTerminalRecord>(ChatKey.LAST_TERMINAL)) ?? null;
}

type Flag = { requestId?: string; at: number };

/** The frame for a client that joins while a turn is being recovered; null when none is. */
export async function buildChatRecoveringFrame(
  storage: Pick<Storage, "get">,
  messageType: string,
  now: number,
): Promise<Record<string, unknown> | null> {
  const flag = await storage.get<Flag>(ChatKey.RECOVERING);
  if (!flag || now - flag.at > CHAT_RECOVERING_FLAG_TTL_MS) return null;
  return recoveringFrame(messageType, true, flag.requestId);
}

/** Stores whether a turn is being recovered, and tells clients of a change. */
export async function setChatRecovering(
  active: boolean,
  requestId: string | undefined,
  deps: {
    storage: Pick<Storage, "get" | "put" | "delete">;
    messageType: string;
    broadcast: (frame: Record<string, unknown>) => void;
    now: number;
  },
): Promise<void> {
  const { broadcast, messageType, now, storage } = deps;
  const flag = await storage.get<Flag>(ChatKey.RECOVERING);
  const isActive = flag !== undefined && now - flag.at <= CHAT_RECOVERING_FLAG_TTL_MS;
  if (active ? isActive && flag.requestId === requestId : !flag) return;
  if (active) {
    const id = requestId === undefined ? {} : { requestId };
    await storage.put(ChatKey.RECOVERING, { ...id, at: now } satisfies Flag);
  } else await storage.delete(ChatKey.RECOVERING);
  broadcast(recoveringFrame(messageType, active, requestId ?? flag?.requestId));
}

function recoveringFrame(type: string, recovering: boolean, id: string | undefined) {
  return { type, recovering, ...(id === undefined ? {} : { id }) };
}

/** Gives an interrupted turn up: observers first, then the author, then clients. */
export async function runChatRecoveryExhaustion(
  input: {
    incident: ChatRecoveryIncident;
    config: ResolvedChatRecoveryConfig;
    partialText: string;
    partialParts: ChatRecoveryExhaustedContext["partialParts"];
    streamId: string;
    createdAt: number;
  },
  hooks: {
    emit: (ctx: ChatRecoveryExhaustedContext) => void;
    onExhausted?: (ctx: ChatRecoveryExhaustedContext) => void | Promise<void>;
    onError: (error: unknown) => void;
    terminalize: (ctx: ChatRecoveryExhaustedContext) => void | Promise<void>;
  },
): Promise<void> {
  const { config, createdAt, incident, partialParts, partialText, streamId } = input;
  const { attempt, incidentId, maxAttempts, reason = "max_attempts_exceeded" } = incident;
  const { recoveryKind, requestId, recoveryRootRequestId = requestId } = incident;
  const context: ChatRecoveryExhaustedContext = {
    ...{ incidentId, requestId, recoveryRootRequestId, attempt, maxAttempts, recoveryKind },
    ...{ streamId, createdAt, partialText, partialParts, reason },
    terminalMessage: config.terminalMessage,
  };
  hooks.emit(context);
  try {
    await hooks.onExhausted?.(context);
  } catch (error) {
    hooks.onError(error);
  }
  await hooks.terminalize(context);
}
