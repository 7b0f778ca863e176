/**
 * The conversation so far, fetched before a chat is first shown.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { camelCaseToKebabCase } from "../../routing/names.ts";
import { GET_MESSAGES_PATH, isUIMessage } from "../wire.ts";

/** Hosts without a certificate: this machine, and private networks. */
const PRIVATE_HOST =
  /^(?:localhost|\[::1\]|0\.0\.0\.0|(?:127|10)\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+)(?::\d+)?$/;

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
    if (!Array.isArray(messages)) throw new Error("The answer is no list of messages");
    return messages.filter(isUIMessage) as M[];
  } catch (error) {
    console.warn(`[agents/chat] The messages of ${url} could not be fetched:`, error);
    return null;
  }
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
export async function getAgentMessages<M extends UIMessage = UIMessage>(
  options: FetchMessagesOptions & ({ host: string; agent: string; name: string } | { url: string }),
): Promise<M[]> {
  if ("url" in options) return (await fetchMessages<M>(options.url, options)) ?? [];
  const { host, agent, name } = options;
  const scheme = PRIVATE_HOST.test(host) ? "http" : "https";
  const origin = /^https?:\/\//.test(host) ? host.replace(/\/$/, "") : `${scheme}://${host}`;
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
