import type { Agent } from "../agent.ts";
import { contractErrors } from "./contract-errors.ts";
import { type AgentStub, stubProxy } from "./stubs.ts";
import type { DynamicAgentClass, DynamicAgentStub } from "./types.ts";
import { parseSubAgentPath } from "./url.ts";

/**
 * Sends a request, HTTP or WebSocket, to a sub-agent by way of its outermost agent, whose
 * `onBeforeSubAgent` is asked. For applications with URLs of their own; `routeAgentRequest` does it
 * by itself.
 *
 * @param options.fromPath Path with `/sub/{class}/{name}` in it, in place of the request's. A query
 *   in it takes the place of the request's query.
 * @returns Status 400 when the path names no sub-agent.
 *
 * @example
 * const inbox = await getAgentByName(env.Inbox, user);
 * return routeSubAgentRequest(request, inbox, { fromPath: "/sub/chat/today" });
 */
export async function routeSubAgentRequest(
  request: Request,
  parent: unknown,
  options: { fromPath?: string } = {},
): Promise<Response> {
  const url = new URL(request.url);
  const { fromPath } = options;
  if (fromPath !== undefined) {
    const [path = "", query] = splitOnce(fromPath, "?");
    url.pathname = path;
    if (query !== undefined) url.search = query;
  }
  if (!parseSubAgentPath(url.href)) return contractErrors.noPath();
  return (parent as Pick<AgentStub, "fetch">).fetch(new Request(url, request));
}

/**
 * A sub-agent for calls from outside its parent, each of which goes through the parent.
 * `onBeforeSubAgent` is not asked.
 *
 * @throws Error when `cls` has no name.
 *
 * @example
 * const inbox = await getAgentByName(env.Inbox, user);
 * const chat = await getSubAgentByName(inbox, Chat, "today");
 * await chat.add("hello");
 */
export async function getSubAgentByName<T extends Agent>(
  parent: unknown,
  cls: DynamicAgentClass<T>,
  name: string,
): Promise<DynamicAgentStub<T>> {
  const className = (cls as { name?: unknown } | undefined)?.name;
  if (typeof cls !== "function" || typeof className !== "string" || className === "") {
    throw contractErrors.unnamedClass(cls);
  }
  const stub = parent as AgentStub;
  const proxy = stubProxy(
    (method, args) => stub._cf_invokeSubAgent(className, name, method, args),
    async () => {
      throw contractErrors.rpcOnly();
    },
  );
  return proxy as DynamicAgentStub<T>;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
