/**
 * What a conversation's session needs of its surroundings, and what it shows.
 *
 * @module
 */

import type { ChatStatus, UIMessage } from "ai";
import type { ToolResults } from "./tool-results.ts";
import type { ChatTurnEndEvent } from "./turn-ends.ts";

/** The AI SDK's chat, as far as a session needs it. */
export interface ChatPort<M extends UIMessage> {
  readonly status: ChatStatus;
  messages(): M[];
  setMessages(update: (messages: M[]) => M[]): void;
}

/** How a turn that the session showed has ended. */
export interface SessionFinish {
  readonly message: UIMessage;
  readonly error?: Error | undefined;
  readonly isAbort: boolean;
}

/** What the session asks of its owner; the newest render's. */
export interface SessionOwner<M extends UIMessage> {
  readonly chat: ChatPort<M>;
  /** Whether answers under way are taken up. */
  readonly resume: boolean;
  /** Fetches the stored messages; `null` when that fails. */
  readonly refetch: () => Promise<M[] | null>;
  readonly onData: ((part: never) => void) | undefined;
  readonly onTurnEnd: ((event: ChatTurnEndEvent) => void) | undefined;
  /** A turn that this tab asked for or took up has ended. */
  readonly onFinish: (finish: SessionFinish) => void;
}

/** What a component renders from. */
export interface SessionView {
  readonly isRecovering: boolean;
  /** What this tab waits for or streams, besides what the AI SDK does. */
  readonly turn: ShownTurn | null;
  /** Whether an answer streams that somebody else asked for. */
  readonly isOtherStreaming: boolean;
  /** Results of tools that the transcript does not have yet. */
  readonly results: ToolResults;
  readonly error: Error | undefined;
}

/** A turn of this tab. */
export interface ShownTurn {
  readonly kind: "own" | "continuation";
  readonly hasStarted: boolean;
}

/** Before anything is heard. */
export const QUIET: SessionView = {
  isRecovering: false,
  turn: null,
  isOtherStreaming: false,
  results: new Map(),
  error: undefined,
};

/** Before the first render is committed. */
export function idleOwner<M extends UIMessage>(): SessionOwner<M> {
  return {
    chat: { status: "ready", messages: () => [], setMessages: () => undefined },
    resume: false,
    refetch: () => Promise.resolve(null),
    onData: undefined,
    onTurnEnd: undefined,
    onFinish: () => undefined,
  };
}

/** Whether two views render alike. */
export function isSameView(one: SessionView, two: SessionView): boolean {
  return (
    one.isRecovering === two.isRecovering &&
    one.isOtherStreaming === two.isOtherStreaming &&
    one.results === two.results &&
    one.error === two.error &&
    one.turn?.kind === two.turn?.kind &&
    one.turn?.hasStarted === two.turn?.hasStarted
  );
}
