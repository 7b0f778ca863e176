/**
 * What a turn was accepted with, as it is stored until the turn has ended. The form is the published
 * package's, with a few fields more.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { ClientToolSchema } from "../types.ts";

const ENVELOPE = "__cfAIChatFiberSnapshot";
const KIND = "ai-chat-turn";

/** A turn as it was accepted. */
export interface TurnSnapshot {
  /** Id of the present attempt's request. */
  readonly requestId: string;
  /** Id of the first attempt's request. */
  readonly recoveryRootRequestId: string;
  readonly continuation: boolean;
  readonly latestMessageId?: string | undefined;
  readonly latestMessageRole?: string | undefined;
  readonly latestUserMessageId?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly lastBody?: Record<string, unknown> | undefined;
  readonly lastClientTools?: ClientToolSchema[] | undefined;
  /** The user messages that the request ended with. */
  readonly originMessageIds?: readonly string[] | undefined;
  /** Place of the answer in the transcript. */
  readonly place?: number | undefined;
  /** Which turn of this agent it is: turns run in this order. */
  readonly order?: number | undefined;
  /** Somebody cancelled it. */
  readonly cancelled?: true | undefined;
  /** The first of the user messages that are to be made one. */
  readonly mergeFrom?: string | undefined;
  /** The stream is kept when the turn has ended. */
  readonly keepLog?: true | undefined;
  /** How often another attempt was put off. */
  readonly waits?: number | undefined;
  /** When the next attempt may begin, in milliseconds. */
  readonly notBefore?: number | undefined;
}

/** A turn, and what the agent stashed in it. */
export interface StoredTurn {
  readonly snapshot: TurnSnapshot;
  readonly user: unknown;
}

/** What of the conversation a new turn's snapshot says. */
export function latestOf(messages: readonly UIMessage[]) {
  const last = messages.at(-1);
  const user = messages.findLast(({ role }) => role === "user");
  return {
    latestMessageId: last?.id,
    latestMessageRole: last?.role,
    latestUserMessageId: user?.id,
  };
}

/** As it is stored. */
export function wrapTurn({ snapshot, user }: StoredTurn): Record<string, unknown> {
  const fields = Object.entries({ kind: KIND, version: 1, ...snapshot });
  const present = fields.filter(([, value]) => value !== undefined);
  return { [ENVELOPE]: Object.fromEntries(present), user: user ?? null };
}

/** What is stored; undefined when it is no turn. */
export function unwrapTurn(value: unknown): StoredTurn | undefined {
  if (!isFields(value)) return undefined;
  const inner = value[ENVELOPE];
  if (!isFields(inner) || inner.kind !== KIND || typeof inner.requestId !== "string") {
    return undefined;
  }
  const { kind: _kind, version: _version, ...rest } = inner;
  const snapshot = { continuation: false, startedAt: 0, ...rest } as unknown as TurnSnapshot;
  const { recoveryRootRequestId = snapshot.requestId } = snapshot;
  return { snapshot: { ...snapshot, recoveryRootRequestId }, user: value.user ?? null };
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
