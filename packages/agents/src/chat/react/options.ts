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
import type { AITool } from "./tools.ts";
import type { ChatTurnEndEvent } from "./turn-ends.ts";

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
export type PrepareSendMessagesRequestOptions<ChatMessage extends UIMessage = UIMessage> = {
  /** The chat's id. */
  id: string;
  messages: ChatMessage[];
  trigger: ChatTrigger;
  messageId?: string;
  /** Part of the AI SDK's shape; a WebSocket has none of these. */
  requestMetadata?: unknown;
  body?: Record<string, unknown>;
  credentials?: Credentials;
  headers?: HeadersInit;
  api?: string;
};

/** What `prepareSendMessagesRequest` gives. Of it `body` travels: further fields of the request. */
export type PrepareSendMessagesRequestResult = {
  headers?: HeadersInit;
  body?: Record<string, unknown>;
  credentials?: Credentials;
  api?: string;
};

/** The output of a tool call, or its failure. */
export type AddToolOutputOptions = {
  toolCallId: string;
  toolName?: string;
  output?: unknown;
  /** `"output-error"` refuses the call, with `errorText` for the model; the agent does not go on by itself. */
  state?: "output-available" | "output-error";
  errorText?: string;
};

/** Called with each tool call that the page is to answer. */
export type OnToolCallCallback = (options: {
  toolCall: { toolCallId: string; toolName: string; input: unknown };
  /** Gives the output, now or later. */
  addToolOutput: (options: Omit<AddToolOutputOptions, "toolName">) => void;
}) => void | Promise<void>;

/** Options of `useAgentChat`. Those of the AI SDK's `useChat` pass through. */
export type UseAgentChatOptions<State = unknown, M extends UIMessage = UIMessage> = Omit<
  ChatInit<M> & UseChatOptions<M>,
  "onToolCall" | "throttle" | "experimental_throttle"
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
  /**
   * Answers the calls of tools that run in the page: those without `execute` on the server. Called once
   * the answer that holds the call has ended, in one tab: the one that asked, or another when that is
   * gone. Rejects: the call fails with the error's message.
   */
  onToolCall?: OnToolCallCallback;
  /** Called once for each request that ends, of this tab or another, also when told after a reconnect. */
  onTurnEnd?: (event: ChatTurnEndEvent) => void;
  /** Tools that the page brings along. Those with `execute` are told to the agent, and run here. */
  tools?: Record<string, AITool<unknown, unknown>>;
  /** Whether the agent goes on by itself after a tool's output or a decision. Default true. */
  autoContinueAfterToolResult?: boolean;
  /** @deprecated Use `onToolCall`. */
  experimental_automaticToolResolution?: boolean;
  /** @deprecated Use `needsApproval` on the server's tools. */
  toolsRequiringConfirmation?: string[];
  /** @deprecated Use `sendAutomaticallyWhen`. */
  autoSendAfterAllConfirmationsResolved?: boolean;
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
  "addToolOutput"
> & {
  /** Deletes the conversation, here, in the agent and in all tabs. */
  clearHistory: () => void;
  /** Gives the output of a tool call. */
  addToolOutput: (options: AddToolOutputOptions) => void;
  /** Whether an answer streams that this tab did not ask for, or a tool of the page is at work. */
  isServerStreaming: boolean;
  /** Whether any answer streams. */
  isStreaming: boolean;
  /** Whether the agent is taking up an interrupted turn. */
  isRecovering: boolean;
  /** Whether `status` is that of the agent going on after a tool's output or a decision. */
  isToolContinuation: boolean;
  /** Why the connection ended for good, or `null`. */
  connectionError: ConnectionErrorLike | null;
};
