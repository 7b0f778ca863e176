/**
 * Options and result of the chat hook.
 *
 * @module
 */

import type { UseChatHelpers, UseChatOptions } from "@ai-sdk/react";
import type { ChatInit, UIMessage } from "ai";
import type { AgentConnection } from "../transport/connection.ts";
import type { ChatTrigger } from "../wire.ts";
import type { Credentials } from "./initial-messages.ts";

/** Why a connection ended for good. */
export type ConnectionErrorLike = Error & { code: number; reason: string; wasClean: boolean };

/** What `useAgent` returns, as far as a chat needs it. */
export type ChatAgentConnection = AgentConnection & {
  agent: string;
  name: string;
  path?: ReadonlyArray<{ agent: string; name: string }>;
  connectionError?: ConnectionErrorLike | null;
  getHttpUrl: () => string;
};

/** What `prepareSendMessagesRequest` is given. */
export type PrepareSendMessagesRequestOptions<M extends UIMessage = UIMessage> = {
  /** The chat's id. */
  id: string;
  messages: M[];
  trigger: ChatTrigger;
  messageId?: string;
};

/** What `prepareSendMessagesRequest` gives: further fields of the request. */
export type PrepareSendMessagesRequestResult = { body?: Record<string, unknown> };

/** Options of `useAgentChat`. Those of the AI SDK's `useChat` pass through. */
export type UseAgentChatOptions<State = unknown, M extends UIMessage = UIMessage> = Omit<
  ChatInit<M> & UseChatOptions<M>,
  "transport" | "onToolCall" | "throttle" | "experimental_throttle" | "resume" | "chat"
> & {
  /** The connection, from `useAgent`. */
  agent: ChatAgentConnection & { state?: State | undefined };
  /**
   * Fetches the conversation so far; suspends the component meanwhile. Default: from the agent.
   * `null` fetches nothing and starts with `messages`.
   */
  getInitialMessages?:
    | null
    | ((options: { agent: string; name: string; url?: string }) => Promise<M[]>)
    | undefined;
  /** Of the request for the conversation so far. */
  credentials?: Credentials;
  /** Of the request for the conversation so far. */
  headers?: HeadersInit;
  /** Milliseconds between two renders while an answer streams. Default 50; `false` for none. */
  throttle?: number | false;
  /** @deprecated Use `throttle`. */
  experimental_throttle?: number;
  /** Whether an answer under way is taken up when the tab opens or reconnects. Default true. */
  resume?: boolean;
  /** Whether leaving cancels the answer on the server. Default false; `stop()` always does. */
  cancelOnClientAbort?: boolean;
  /** Whether `setMessages` also stores the messages in the agent. Default true. */
  syncMessagesToServer?: boolean;
  /** Further fields of every request, which `onChatMessage` finds in `options.body`. */
  body?:
    | Record<string, unknown>
    | (() => Record<string, unknown> | Promise<Record<string, unknown>>);
  /** Further fields of one request, by what is sent. */
  prepareSendMessagesRequest?: (
    options: PrepareSendMessagesRequestOptions<M>,
  ) => PrepareSendMessagesRequestResult | Promise<PrepareSendMessagesRequestResult>;
};

/** What `useAgentChat` returns: the AI SDK's helpers, and what several tabs and a server add. */
export type AgentChat<M extends UIMessage = UIMessage> = Omit<
  UseChatHelpers<M>,
  "addToolOutput" | "addToolResult" | "addToolApprovalResponse"
> & {
  /** Deletes the conversation, here, in the agent and in all tabs. */
  clearHistory: () => void;
  /** Whether an answer streams that this tab did not ask for. */
  isServerStreaming: boolean;
  /** Whether any answer streams. */
  isStreaming: boolean;
  /** Whether the agent is taking up an interrupted turn. */
  isRecovering: boolean;
  /** Why the connection ended for good, or `null`. */
  connectionError: ConnectionErrorLike | null;
};
