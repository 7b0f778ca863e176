/**
 * React's chat with an agent.
 *
 * @module
 */

import { Chat, useChat } from "@ai-sdk/react";
import type { ChatInit, UIMessage } from "ai";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { WebSocketChatTransport } from "../transport/websocket-chat-transport.ts";
import { ChatSession } from "./chat-session.ts";
import type { AgentChat, UseAgentChatOptions } from "./options.ts";
import type { SessionFinish } from "./session-types.ts";
import { withResults } from "./tool-results.ts";
import { extractClientToolSchemas } from "./tools.ts";
import { useInitialMessages } from "./use-initial-messages.ts";
import { useTools } from "./use-tools.ts";

const DEFAULT_THROTTLE_MS = 50;

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
export function useAgentChat<State = unknown, M extends UIMessage = UIMessage>(
  options: UseAgentChatOptions<State, M>,
): AgentChat<M> {
  const { agent } = options;
  const { id, initial, refetch } = useInitialMessages(options);
  const { chat, session, transport } = useConversation(id, options, initial, refetch);
  const { throttle = options.experimental_throttle ?? DEFAULT_THROTTLE_MS } = options;
  const helpers = useChat<M>({ chat, ...(throttle === false ? {} : { throttle }) });
  const view = useSyncExternalStore(session.subscribe, session.getView, session.getView);

  const isBusy = isUnderWay(helpers.status);
  useEffect(() => {
    if (!isBusy) session.settle();
  }, [isBusy, session]);
  useEffect(() => {
    if (agent.connectionError) session.giveUp();
  }, [agent.connectionError, session]);
  useEffect(() => session.attach(agent), [agent, session]);
  useEffect(() => {
    transport.setCancelOnClientAbort(options.cancelOnClientAbort ?? false);
  }, [transport, options.cancelOnClientAbort]);

  // What the AI SDK shows may be older by its throttle, while the session's flags are of now.
  const current = chat.messages;
  const messages = useMemo(() => withResults(current, view.results), [current, view.results]);
  const own = isBusy || view.turn === null ? helpers.status : turnStatus(view.turn.hasStarted);
  const status = !isUnderWay(own) && view.error ? "error" : own;
  useLayoutEffect(() => session.shown.note(messages), [messages, session]);
  const isIdle = !isUnderWay(status) && !view.isOtherStreaming;
  const tools = useTools({
    ...{ options, session, messages, isIdle },
    sendOn: () => sendOn(chat, session, options),
  });
  const isServerStreaming = view.isOtherStreaming || tools.isCalling;
  return {
    ...helpers,
    ...useActions(chat, session, options),
    messages,
    status,
    error: helpers.error ?? view.error,
    addToolOutput: tools.addToolOutput,
    addToolResult: tools.addToolOutput as unknown as AgentChat<M>["addToolResult"],
    addToolApprovalResponse: tools.addToolApprovalResponse,
    isServerStreaming,
    isStreaming: status === "streaming" || isServerStreaming,
    isRecovering: view.isRecovering,
    isToolContinuation: !isBusy && view.turn?.kind === "continuation",
    connectionError: agent.connectionError ?? null,
  };
}

function isUnderWay(status: string): boolean {
  return status === "submitted" || status === "streaming";
}

function turnStatus(hasStarted: boolean): "submitted" | "streaming" {
  return hasStarted ? "streaming" : "submitted";
}

/** The functions that change a conversation. */
function useActions<State, M extends UIMessage>(
  chat: Chat<M>,
  session: ChatSession<M>,
  { syncMessagesToServer = true }: UseAgentChatOptions<State, M>,
) {
  const setMessages = useCallback<AgentChat<M>["setMessages"]>(
    (next) => {
      chat.messages = typeof next === "function" ? next(chat.messages) : next;
      if (syncMessagesToServer) session.push(chat.messages);
    },
    [chat, session, syncMessagesToServer],
  );
  return useMemo(
    () => ({
      setMessages,
      clearHistory: () => session.clear(),
      clearError: () => {
        session.clearError();
        chat.clearError();
      },
      resumeStream: () => session.resume(),
      stop: async () => {
        session.stop();
        await chat.stop();
      },
    }),
    [chat, session, setMessages],
  );
}

/** Sends the outputs of tools where the agent does not go on by itself. */
function sendOn<State, M extends UIMessage>(
  chat: Chat<M>,
  session: ChatSession<M>,
  options: UseAgentChatOptions<State, M>,
): void {
  const messages = withResults(chat.messages, session.getView().results);
  chat.messages = messages;
  void Promise.resolve(options.sendAutomaticallyWhen?.({ messages })).then((goesOn) =>
    goesOn ? chat.sendMessage() : undefined,
  );
}

interface Conversation<M extends UIMessage> {
  readonly id: string;
  readonly chat: Chat<M>;
  readonly session: ChatSession<M>;
  readonly transport: WebSocketChatTransport<M>;
  /** The newest options; set after each commit. */
  readonly options: { current: UseAgentChatOptions<never, M> };
}

/** One chat for each address. It is state, and no memo, so that an edit of the page keeps it. */
function useConversation<State, M extends UIMessage>(
  id: string,
  options: UseAgentChatOptions<State, M>,
  initial: M[] | null | undefined,
  refetch: () => Promise<M[] | null>,
): Conversation<M> {
  const current = options as UseAgentChatOptions<never, M>;
  const create = () => startConversation(id, current, initial);
  const [kept, keep] = useState(create);
  const conversation = kept.id === id ? kept : create();
  if (conversation !== kept) keep(conversation);
  useLayoutEffect(
    () => () => {
      // Before the connection goes, which is an effect of a later kind.
      if (conversation.options.current.cancelOnClientAbort) conversation.session.stop();
    },
    [conversation],
  );
  useLayoutEffect(() => {
    const { chat, session } = conversation;
    conversation.options.current = current;
    session.owner = {
      chat: {
        get status() {
          return chat.status;
        },
        messages: () => chat.messages,
        setMessages: (update) => {
          chat.messages = update(chat.messages);
        },
      },
      refetch,
      resume: options.resume ?? true,
      onData: options.onData as ((part: never) => void) | undefined,
      onTurnEnd: options.onTurnEnd,
      onFinish: (finish) => finishTurn(chat, options, finish),
    };
  });
  return conversation;
}

function startConversation<M extends UIMessage>(
  id: string,
  first: UseAgentChatOptions<never, M>,
  initial: M[] | null | undefined,
): Conversation<M> {
  const options = { current: first };
  const transport = new WebSocketChatTransport<M>(
    {
      agent: first.agent,
      activeRequestIds: new Set(),
      onRequestBuffered: (messageId) => messageId !== undefined && session.buffered.add(messageId),
      prepareBody: (asked) => prepareBody(id, options.current, asked),
    },
    {
      survives: () => options.current.resume ?? true,
      takenBack: (messages): readonly string[] => session.shown.without(messages),
      onFollow: (followed, messages) => session.follow(followed, messages),
    },
  );
  // What the hook has fetched itself is from before the connection opened: more may have been said since.
  const mayLack = initial === null || first.getInitialMessages === undefined;
  const session = new ChatSession<M>(transport, first.agent, mayLack);
  const { generateId, messageMetadataSchema, dataPartSchemas, experimental_queue } =
    first as unknown as ChatInit<M> & { experimental_queue?: boolean };
  const chat = new Chat<M>({
    ...{ id, transport, generateId, messageMetadataSchema, dataPartSchemas, experimental_queue },
    ...(initial ? { messages: initial } : {}),
    onData: (part) => options.current.onData?.(part),
    onError: (error) => options.current.onError?.(error),
    onFinish: (event) => {
      if (!session.takesFinish()) options.current.onFinish?.(event);
    },
    sendAutomaticallyWhen: (event) => options.current.sendAutomaticallyWhen?.(event) ?? false,
  } as ChatInit<M>);
  return { id, chat, session, transport, options };
}

type Asked<M extends UIMessage> = {
  messages: M[];
  trigger: "submit-message" | "regenerate-message";
  messageId?: string;
};

/** Further fields of a request: `body`, the page's tools, `prepareSendMessagesRequest`. */
async function prepareBody<M extends UIMessage>(
  id: string,
  options: UseAgentChatOptions<never, M>,
  asked: Asked<M>,
): Promise<Record<string, unknown>> {
  const { body, prepareSendMessagesRequest, tools } = options;
  const clientTools = extractClientToolSchemas(tools);
  return {
    ...(typeof body === "function" ? await body() : body),
    ...(clientTools ? { clientTools } : {}),
    ...(await prepareSendMessagesRequest?.({ id, ...asked }))?.body,
  };
}

/** What the AI SDK does at the end of a turn, for those that it does not see. */
function finishTurn<State, M extends UIMessage>(
  chat: Chat<M>,
  { onError, onFinish, sendAutomaticallyWhen }: UseAgentChatOptions<State, M>,
  { message, error, isAbort }: SessionFinish,
): void {
  const { messages } = chat;
  const isError = error !== undefined;
  if (error) onError?.(error);
  onFinish?.({ message: message as M, messages, isAbort, isError, isDisconnect: false });
  if (isError || isAbort) return;
  void Promise.resolve(sendAutomaticallyWhen?.({ messages })).then((goesOn) =>
    goesOn ? chat.sendMessage() : undefined,
  );
}
