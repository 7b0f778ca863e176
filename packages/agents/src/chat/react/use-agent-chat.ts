/**
 * React's chat with an agent.
 *
 * @module
 */

import { useChat } from "@ai-sdk/react";
import type { UIMessage } from "ai";
import { use, useCallback, useEffect, useMemo, useRef } from "react";
import { WebSocketChatTransport } from "../transport/websocket-chat-transport.ts";
import { CLEAR_FRAME, messagesFrame } from "../wire.ts";
import {
  fetchMessages,
  forgetMessages,
  messagesUrl,
  rememberedMessages,
} from "./initial-messages.ts";
import type { AgentChat, UseAgentChatOptions } from "./options.ts";
import { useLatest } from "./use-latest.ts";
import { useServerFrames } from "./use-server-frames.ts";

const DEFAULT_THROTTLE_MS = 50;

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
export function useAgentChat<State = unknown, M extends UIMessage = UIMessage>(
  options: UseAgentChatOptions<State, M>,
): AgentChat<M> {
  const { agent } = options;
  const { id, initial, refetch } = useInitialMessages(options);
  const { transport, activeRequestIds, buffered } = useTransport(id, options);
  const {
    getInitialMessages: _initial,
    throttle = options.experimental_throttle ?? DEFAULT_THROTTLE_MS,
    ...chatOptions
  } = options;
  const chat = useChat<M>({
    ...withoutOurs(chatOptions),
    id,
    transport,
    ...(initial ? { messages: initial } : {}),
    ...(throttle === false ? {} : { throttle }),
    resume: false,
  });
  const server = useServerFrames({
    agent,
    chat,
    transport,
    activeRequestIds,
    buffered,
    resume: options.resume ?? true,
    refetch,
    onData: options.onData as ((part: unknown) => void) | undefined,
  });

  const { syncMessagesToServer = true } = options;
  const setMessages = useCallback<AgentChat<M>["setMessages"]>(
    (next) =>
      chat.setMessages((local) => {
        const resolved = typeof next === "function" ? next(local) : next;
        if (syncMessagesToServer) agent.send(messagesFrame(resolved));
        return resolved;
      }),
    [agent, chat.setMessages, syncMessagesToServer],
  );
  const { reset, settleProbe } = server;
  const clearHistory = useCallback(() => {
    reset();
    chat.setMessages([]);
    agent.send(CLEAR_FRAME);
  }, [agent, chat.setMessages, reset]);
  const stop = useCallback(async () => {
    transport.cancelActiveServerTurn();
    await chat.stop();
  }, [chat.stop, transport]);
  const sendMessage = useCallback<AgentChat<M>["sendMessage"]>(
    async (...args) => {
      await settleProbe();
      return chat.sendMessage(...args);
    },
    [chat.sendMessage, settleProbe],
  );
  const regenerate = useCallback<AgentChat<M>["regenerate"]>(
    async (...args) => {
      await settleProbe();
      return chat.regenerate(...args);
    },
    [chat.regenerate, settleProbe],
  );

  const {
    addToolOutput: _output,
    addToolResult: _result,
    addToolApprovalResponse: _approval,
    ...helpers
  } = chat;
  return {
    ...helpers,
    setMessages,
    clearHistory,
    stop,
    sendMessage,
    regenerate,
    resumeStream: server.resume,
    isServerStreaming: server.streaming,
    isStreaming: chat.status === "streaming" || server.streaming,
    isRecovering: server.recovering,
    connectionError: agent.connectionError ?? null,
  };
}

/** The stored messages (suspends), and the chat's id: the agent's address. */
function useInitialMessages<State, M extends UIMessage>(options: UseAgentChatOptions<State, M>) {
  const { agent, getInitialMessages, credentials, headers, messages } = options;
  const httpUrl = agent.getHttpUrl();
  const address = new URL(httpUrl);
  const path = agent.path ?? [{ agent: agent.agent, name: agent.name }];
  const id = `${address.origin}${address.pathname}|${JSON.stringify(path)}`;
  const url = messagesUrl(httpUrl);
  const ask = () =>
    getInitialMessages
      ? getInitialMessages({ agent: agent.agent, name: agent.name, url: httpUrl })
      : fetchMessages<M>(url, { credentials, headers });
  const asks = getInitialMessages !== null;
  const initial = asks ? use(rememberedMessages(id, ask)) : messages;
  const latest = useLatest(ask);
  const mounted = useRef(new Set<string>());
  useEffect(() => {
    const ids = mounted.current;
    ids.add(id);
    return () => {
      ids.delete(id);
      // Strict mode mounts again at once, with what is remembered.
      queueMicrotask(() => {
        if (!ids.has(id)) forgetMessages(id);
      });
    };
  }, [id]);
  const refetch = useCallback(
    async () => (asks ? await latest.current() : undefined),
    [asks, latest],
  );
  return { id, initial, refetch };
}

/** One transport per chat; it outlives the sockets under it. */
function useTransport<State, M extends UIMessage>(
  id: string,
  options: UseAgentChatOptions<State, M>,
) {
  const latest = useLatest(options);
  const { agent, cancelOnClientAbort = false } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new chat gets a new transport
  const made = useMemo(() => {
    const activeRequestIds = new Set<string>();
    const buffered = new Set<string>();
    const transport = new WebSocketChatTransport<M>({
      agent,
      activeRequestIds,
      onRequestBuffered: (messageId) => messageId !== undefined && buffered.add(messageId),
      prepareBody: async ({ messages, trigger, messageId }) => {
        const { body, prepareSendMessagesRequest } = latest.current;
        const asked = { id, messages, trigger, ...(messageId === undefined ? {} : { messageId }) };
        return {
          ...(typeof body === "function" ? await body() : body),
          ...(await prepareSendMessagesRequest?.(asked))?.body,
        };
      },
    });
    return { transport, activeRequestIds, buffered };
  }, [id]);
  useEffect(() => {
    made.transport.setAgent(agent);
    made.transport.setCancelOnClientAbort(cancelOnClientAbort);
  }, [made, agent, cancelOnClientAbort]);
  return made;
}

/** What is left for `useChat`. */
function withoutOurs<State, M extends UIMessage>(
  options: Omit<UseAgentChatOptions<State, M>, "getInitialMessages" | "throttle">,
) {
  const {
    agent: _agent,
    credentials: _credentials,
    headers: _headers,
    experimental_throttle: _throttle,
    cancelOnClientAbort: _cancel,
    syncMessagesToServer: _sync,
    body: _body,
    prepareSendMessagesRequest: _prepare,
    resume: _resume,
    ...rest
  } = options;
  return rest;
}
