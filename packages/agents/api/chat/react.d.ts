import {
  AgentConnection,
  ChatTrigger,
  ChatTurnOutcome,
  ClientToolSchema,
  WebSocketChatTransport,
  WebSocketChatTransportOptions,
} from "../shared.js";
import {
  ChatInit,
  JSONSchema7,
  Tool,
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
 * Fetches the stored conversation of an agent outside of a component, in a route loader say. A `host`
 * without a scheme is asked by `http` on the loopback or a private network, otherwise by `https`.
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
/** @deprecated Use `JSONSchema7` of `ai`. */
type JSONSchemaType = JSONSchema7;
/**
 * A tool that the page brings along, for an agent that learns of its tools at run time. Tools that are
 * known when the agent is written belong there, without `execute`, and are answered in `onToolCall`.
 */
type AITool<Input = unknown, Output = unknown> = {
  /** What the tool does, for the model. */
  description?: Tool["description"];
  /** JSON Schema of the input. */
  parameters?: JSONSchema7;
  /** @deprecated Use `parameters`. */
  inputSchema?: JSONSchema7;
  /** Runs the tool here. Only tools that have it are told to the agent. */
  execute?: (input: Input) => Output | Promise<Output>;
};
type Tools = Record<string, AITool<unknown, unknown>>;
type Part = UIMessage["parts"][number];
/**
 * What the agent is told of the page's tools, or undefined where there is nothing to tell.
 *
 * @example
 * ```ts
 * extractClientToolSchemas({ now: { description: "The time", execute: () => Date.now() } });
 * // [{ name: "now", description: "The time" }]
 * ```
 */
declare function extractClientToolSchemas(tools?: Tools): ClientToolSchema[] | undefined;
/**
 * The tools that wait for the person: those without `execute`.
 *
 * @deprecated Use `needsApproval` on the server's tools.
 */
declare function detectToolsRequiringConfirmation(tools?: Tools): string[];
/** What a tool's part shows, for a user interface. */
type ToolPartState = "loading" | "streaming" | "waiting-approval" | "approved" | "complete" | "error" | "denied";
/**
 * The state of a tool's part in a word that a user interface can switch on.
 *
 * @example
 * ```tsx
 * if (isToolUIPart(part) && getToolPartState(part) === "waiting-approval") return <Approve />;
 * ```
 */
declare function getToolPartState(part: Part): ToolPartState;
/** The id of a tool call. */
declare function getToolCallId(part: Part): string;
/** The input of a tool call; undefined while it is not known. */
declare function getToolInput(part: Part): unknown | undefined;
/** The output of a tool call; undefined while there is none. */
declare function getToolOutput(part: Part): unknown | undefined;
/** What is to be, or was, approved; undefined where nothing is asked. */
declare function getToolApproval(part: Part): {
  id: string;
  approved?: boolean;
} | undefined;
/** A chat request that ended. */
type ChatTurnEndEvent = {
  /** The request's id on the wire. */
  requestId: string;
  /** Ids of the user messages that the request ended with; absent where the server does not say. */
  messageIds?: string[];
  outcome: Exclude<ChatTurnOutcome, "recovering">;
  /** What went wrong, where `outcome` is `"error"`. */
  error?: string;
  /** Whether this was told again after a reconnect, rather than as it happened. */
  replay: boolean;
};
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
type PrepareSendMessagesRequestOptions<ChatMessage extends UIMessage = UIMessage> = {
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
type PrepareSendMessagesRequestResult = {
  headers?: HeadersInit;
  body?: Record<string, unknown>;
  credentials?: Credentials;
  api?: string;
};
/** The output of a tool call, or its failure. */
type AddToolOutputOptions = {
  toolCallId: string;
  toolName?: string;
  output?: unknown;
  /** `"output-error"` refuses the call, with `errorText` for the model; the agent does not go on by itself. */
  state?: "output-available" | "output-error";
  errorText?: string;
};
/** Called with each tool call that the page is to answer. */
type OnToolCallCallback = (options: {
  toolCall: {
    toolCallId: string;
    toolName: string;
    input: unknown;
  };
  /** Gives the output, now or later. */
  addToolOutput: (options: Omit<AddToolOutputOptions, "toolName">) => void;
}) => void | Promise<void>;
/** Options of `useAgentChat`. Those of the AI SDK's `useChat` pass through. */
type UseAgentChatOptions<State = unknown, M extends UIMessage = UIMessage> = Omit<ChatInit<M> & UseChatOptions<M>, "onToolCall" | "throttle" | "experimental_throttle"> & {
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
  body?: Record<string, unknown> | (() => Record<string, unknown> | Promise<Record<string, unknown>>);
  /** Further fields of one request, by what is sent. */
  prepareSendMessagesRequest?: (options: PrepareSendMessagesRequestOptions<M>) => PrepareSendMessagesRequestResult | Promise<PrepareSendMessagesRequestResult>;
};
/** What `useAgentChat` returns: the AI SDK's helpers, and what several tabs and a server add. */
type AgentChat<M extends UIMessage = UIMessage> = Omit<UseChatHelpers<M>, "addToolOutput"> & {
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
/**
 * A conversation with an agent that extends `AIChatAgent`, in as many tabs as there are: the AI
 * SDK's `useChat` over the agent's socket, with the stored messages at the start, answers that go on
 * through lost connections and reloads, and the answers that others asked for, word by word.
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
  type AITool,
  type ChatTurnEndEvent,
  type ChatTurnOutcome,
  type ClientToolSchema,
  detectToolsRequiringConfirmation,
  extractClientToolSchemas,
  getAgentMessages,
  getToolApproval,
  getToolCallId,
  getToolInput,
  getToolOutput,
  getToolPartState,
  type JSONSchemaType,
  type OnToolCallCallback,
  type PrepareSendMessagesRequestOptions,
  type PrepareSendMessagesRequestResult,
  useAgentChat,
  type UseAgentChatOptions,
  WebSocketChatTransport,
  type WebSocketChatTransportOptions,
};