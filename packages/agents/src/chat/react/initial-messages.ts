/**
 * The conversation so far, fetched before a chat is first shown.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { camelCaseToKebabCase } from "../../routing/names.ts";
import { GET_MESSAGES_PATH, isUIMessages } from "../wire.ts";

/** Whether cookies go with a request. */
export type Credentials = "omit" | "same-origin" | "include";

/** How to fetch. */
export interface FetchMessagesOptions {
  credentials?: Credentials | undefined;
  headers?: HeadersInit | undefined;
}

/** The URL of the stored conversation of the agent at `httpUrl`. The connection's id is left out. */
export function messagesUrl(httpUrl: string): string {
  const url = new URL(httpUrl);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${GET_MESSAGES_PATH}`;
  url.searchParams.delete("_pk");
  return url.href;
}

/** Fetches a stored conversation; `null`, with a warning, when that fails. */
export async function fetchMessages<M extends UIMessage>(
  url: string,
  { credentials, headers }: FetchMessagesOptions = {},
): Promise<M[] | null> {
  try {
    const init = { ...(credentials ? { credentials } : {}), ...(headers ? { headers } : {}) };
    const response = await fetch(url, init as RequestInit);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const messages: unknown = await response.json();
    if (!isUIMessages(messages)) throw new Error("The answer is no list of messages");
    return messages as M[];
  } catch (error) {
    console.warn(`[agents/chat] The messages of ${url} could not be fetched:`, error);
    return null;
  }
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
export async function getAgentMessages<M extends UIMessage = UIMessage>(
  options: FetchMessagesOptions & ({ host: string; agent: string; name: string } | { url: string }),
): Promise<M[]> {
  if ("url" in options) return (await fetchMessages<M>(options.url, options)) ?? [];
  const { host, agent, name } = options;
  const origin = /^https?:\/\//.test(host) ? host.replace(/\/$/, "") : `https://${host}`;
  const path = `agents/${camelCaseToKebabCase(agent)}/${name}`;
  return (await fetchMessages<M>(`${origin}/${path}/${GET_MESSAGES_PATH}`, options)) ?? [];
}

const fetched = new Map<string, Promise<UIMessage[] | null>>();

/** The messages under `key`, asked for once until they are forgotten. */
export function rememberedMessages<M extends UIMessage>(
  key: string,
  ask: () => Promise<M[] | null>,
): Promise<M[] | null> {
  const known = fetched.get(key);
  if (known) return known as Promise<M[] | null>;
  const asked = ask();
  fetched.set(key, asked);
  asked.catch(() => forgetMessages(key));
  return asked;
}

/** Makes the next chat under `key` ask anew. */
export function forgetMessages(key: string): void {
  fetched.delete(key);
}
