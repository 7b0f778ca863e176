/**
 * The stored messages that a chat starts with.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { use, useCallback, useEffect, useState } from "react";
import {
  fetchMessages,
  forgetMessages,
  messagesUrl,
  rememberedMessages,
} from "./initial-messages.ts";
import type { UseAgentChatOptions } from "./options.ts";
import { useLatest } from "./use-latest.ts";

/** What a chat starts with. */
export interface InitialMessages<M extends UIMessage> {
  /** The chat's id: the agent's address. */
  readonly id: string;
  /** `null` when they could not be fetched. */
  readonly initial: M[] | null | undefined;
  /** Fetches the stored messages anew; `null` when that fails. */
  readonly refetch: () => Promise<M[] | null>;
}

/** Suspends while the stored messages are fetched. */
export function useInitialMessages<State, M extends UIMessage>(
  options: UseAgentChatOptions<State, M>,
): InitialMessages<M> {
  const { agent, getInitialMessages, credentials, headers, messages } = options;
  const httpUrl = agent.getHttpUrl();
  const address = new URL(httpUrl);
  const path = agent.path ?? [{ agent: agent.agent, name: agent.name }];
  const id = `${address.origin}${address.pathname}|${JSON.stringify(path)}`;
  const ask = (): Promise<M[] | null> =>
    getInitialMessages
      ? getInitialMessages({ agent: agent.agent, name: agent.name, url: httpUrl })
      : fetchMessages<M>(messagesUrl(httpUrl), { credentials, headers });
  // On a server no agent is near: there only what the application fetches itself is shown.
  const isNear = "document" in globalThis;
  const asks = getInitialMessages !== null && (isNear || getInitialMessages !== undefined);
  const initial = useAsked(id, asks ? ask : undefined, messages);
  const latest = useLatest(ask);
  const refetch = useCallback(async () => {
    try {
      return await latest.current();
    } catch (error) {
      console.warn("[agents/chat] The messages could not be fetched:", error);
      return null;
    }
  }, [latest]);
  return { id, initial, refetch };
}

/**
 * What was asked for when the chat was first shown. It is state, so that an edit of the page keeps
 * it. Remembered it is only until the chat is shown: a component that takes its place asks anew, or
 * it would begin with what has been overtaken since.
 */
function useAsked<M extends UIMessage>(
  id: string,
  ask: (() => Promise<M[] | null>) | undefined,
  given: M[] | undefined,
): M[] | null | undefined {
  const begin = () => ({ id, messages: ask && rememberedMessages(id, ask) });
  const [kept, keep] = useState(begin);
  const asked = kept.id === id ? kept : begin();
  if (asked !== kept) keep(asked);
  const initial = asked.messages ? use(asked.messages) : given;
  useEffect(() => forgetMessages(id), [id]);
  return initial;
}
