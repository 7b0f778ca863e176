import {
  AgentConnection,
  ChatTrigger,
  WebSocketChatTransport,
  WebSocketChatTransportOptions,
} from "../shared.js";
import {
  ChatInit,
  UIMessage,
} from "ai";
import {
  UseChatHelpers,
  UseChatOptions,
} from "@ai-sdk/react";
/** Whether cookies go with a request. */
type Credentials = "omit" | "same-origin" | "include";
/** How to fetch. */
interface FetchMessagesOptions {
  credentials?: Credentials | undefined;
  headers?: HeadersInit | undefined;
}
/**
 * Fetches the stored conversation of an agent outside of a component, in a route loader say.
 *
 * @returns the messages; an empty list when they cannot be fetched
 *
 * @example
 * ```ts
 * const messages = await getAgentMessages({ host: location.origin, agent: "Helper", name: "a" });
 * ```
 */
declare function getAgentMessages<M extends UIMessage = UIMessage>(options: FetchMessagesOptions & ({
  host: string;
  agent: string;
  name: string;
} | {
  url: string;
})): Promise<M[]>;
/** Why a connection ended for good. */
type ConnectionErrorLike = Error & {
  code: number;
  reason: string;
  wasClean: boolean;
};
/** What `useAgent` returns, as far as a chat needs it. */
type ChatAgentConnection = AgentConnection & {
  agent: string;
  name: string;
  path?: ReadonlyArray<{
    agent: string;
    name: string;
  }>;
  connectionError?: ConnectionErrorLike | null;
  getHttpUrl: () => string;
};
/** What `prepareSendMessagesRequest` is given. */
type PrepareSendMessagesRequestOptions<M extends UIMessage = UIMessage> = {
  /** The chat's id. */
  id: string;
  messages: M[];
  trigger: ChatTrigger;
  messageId?: string;
};
/** What `prepareSendMessagesRequest` gives: further fields of the request. */
type PrepareSendMessagesRequestResult = {
  body?: Record<string, unknown>;
};
/** Options of `useAgentChat`. Those of the AI SDK's `useChat` pass through. */
type UseAgentChatOptions<State = unknown, M extends UIMessage = UIMessage> = Omit<ChatInit<M> & UseChatOptions<M>, "transport" | "onToolCall" | "throttle" | "experimental_throttle" | "resume" | "chat"> & {
  /** The connection, from `useAgent`. */
  agent: ChatAgentConnection & {
    state?: State | undefined;
  };
  /**
   * Fetches the conversation so far; suspends the component meanwhile. Default: from the agent.
   * `null` fetches nothing and starts with `messages`.
   */
  getInitialMessages?: null | ((options: {
    agent: string;
    name: string;
    url?: string;
  }) => Promise<M[]>) | undefined;
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
  body?: Record<string, unknown> | (() => Record<string, unknown> | Promise<Record<string, unknown>>);
  /** Further fields of one request, by what is sent. */
  prepareSendMessagesRequest?: (options: PrepareSendMessagesRequestOptions<M>) => PrepareSendMessagesRequestResult | Promise<PrepareSendMessagesRequestResult>;
};
/** What `useAgentChat` returns: the AI SDK's helpers, and what several tabs and a server add. */
type AgentChat<M extends UIMessage = UIMessage> = Omit<UseChatHelpers<M>, "addToolOutput" | "addToolResult" | "addToolApprovalResponse"> & {
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
/**
 * A conversation with an agent that extends `AIChatAgent`, in as many tabs as there are: the AI
 * SDK's `useChat` over the agent's socket, with the stored messages at the start, answers that go on
 * after a reload, and the answers that others asked for, word by word.
 *
 * Suspends while the stored messages are fetched: put it under `<Suspense>`, or pass
 * `getInitialMessages: null`.
 *
 * @example
 * ```tsx
 * const agent = useAgent({ agent: "Helper", name: "a" });
 * const { messages, sendMessage, status, stop } = useAgentChat({ agent });
 * return <form action={(data) => sendMessage({ text: String(data.get("text")) })}>…</form>;
 * ```
 */
declare function useAgentChat<State = unknown, M extends UIMessage = UIMessage>(options: UseAgentChatOptions<State, M>): AgentChat<M>;
export {
  type AgentChat,
  type AgentConnection,
  getAgentMessages,
  type PrepareSendMessagesRequestOptions,
  type PrepareSendMessagesRequestResult,
  useAgentChat,
  type UseAgentChatOptions,
  WebSocketChatTransport,
  type WebSocketChatTransportOptions,
};