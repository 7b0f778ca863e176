/**
 * Where an agent is.
 *
 * @module
 */

import { PartySocket } from "partysocket";
import { camelCaseToKebabCase } from "../routing/names.ts";

/** One hop on the way to an agent: class, in any spelling, and instance. */
export interface AgentStep {
  agent: string;
  name: string;
}

/** The options that make an address. */
export interface AddressOptions {
  agent: string;
  name?: string | undefined;
  host?: string | undefined;
  basePath?: string | undefined;
  path?: string | undefined;
  prefix?: string | undefined;
  protocol?: "ws" | "wss" | undefined;
  sub?: readonly AgentStep[] | undefined;
}

/** The chain of agents addressed as the application spells it, root first, the one talked to last. */
export function addressChain(options: AddressOptions): readonly AgentStep[] {
  return [{ agent: options.agent, name: options.name || "default" }, ...(options.sub ?? [])];
}

/** The same in the spelling of URLs: classes in kebab-case. */
export function urlChain(chain: readonly AgentStep[]): readonly AgentStep[] {
  return chain.map(({ agent, name }) => ({ agent: camelCaseToKebabCase(agent), name }));
}

/** The socket options that lead along `chain`, which is in the spelling of URLs. */
export function socketAddress(options: AddressOptions, chain: readonly AgentStep[]) {
  const [root, ...rest] = chain;
  const hops = rest.map((step) => `sub/${step.agent}/${encodeURIComponent(step.name)}`);
  const path = [...hops, ...(options.path ? [options.path] : [])].join("/");
  return {
    host:
      options.host ??
      (globalThis as { location?: { host?: string } }).location?.host ??
      "dummy-domain.com",
    prefix: options.prefix ?? "agents",
    party: root!.agent,
    room: root!.name,
    ...(options.basePath === undefined ? {} : { basePath: options.basePath }),
    ...(path === "" ? {} : { path }),
    ...(options.protocol === undefined ? {} : { protocol: options.protocol }),
  };
}

/** The URL a socket with these options connects to, without query. Nothing is connected. */
export function addressUrl(address: ReturnType<typeof socketAddress>): string {
  return new PartySocket({ ...address, startClosed: true, disableNameValidation: true }).roomUrl;
}
