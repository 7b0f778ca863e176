/**
 * HTTP to an agent.
 *
 * @module
 */

import { PartySocket } from "partysocket";
import { camelCaseToKebabCase } from "../routing/names.ts";
import type { AgentClientFetchOptions } from "./options.ts";

/**
 * Sends an HTTP request to an agent: `http(s)://host/agents/<agent>/<name>[/<path>]?<query>`.
 * Hosts on the loopback or a private network get `http`, others `https`, unless `protocol` says.
 *
 * @returns the response as it came; error statuses do not throw
 *
 * @example
 * ```ts
 * const response = await agentFetch({ host: "localhost:5173", agent: "Counter", name: "a" });
 * ```
 */
export function agentFetch(opts: AgentClientFetchOptions, init?: RequestInit): Promise<Response> {
  const { agent, name, ...rest } = opts;
  return PartySocket.fetch(
    { prefix: "agents", party: camelCaseToKebabCase(agent), room: name || "default", ...rest },
    init,
  );
}
