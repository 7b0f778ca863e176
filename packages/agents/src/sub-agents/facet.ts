import { FACET_PROP } from "../schema.ts";
import type { AgentPath } from "./path.ts";

/** What a socket to a sub-agent has stored with it, as the sub-agent needs it. */
export interface SocketMeta {
  readonly id: string;
  /** URL of the upgrade request, as the sub-agent saw it. */
  readonly uri: string;
  readonly tags: readonly string[];
  /** The connection's state, with the SDK's own values in it. */
  readonly user: unknown;
  /** A state that is no object, while values of the SDK occupy `user`. */
  readonly value?: unknown;
}

/** A socket to a sub-agent, and the sub-agent's key. */
export interface TargetedMeta extends SocketMeta {
  readonly key: string;
}

/** What an agent that lives inside another was told when it was started. */
export interface Facet {
  readonly name: string;
  /** The agents it lives in, outermost first. */
  readonly parentPath: AgentPath;
  /** Identifier of the outermost agent. */
  readonly rootId: string;
  /** The open sockets to it and to those inside it, unless it has to ask for them. */
  readonly sockets?: readonly TargetedMeta[];
  /** Whether the outermost agent was still starting: it may not answer until it has started. */
  readonly rootStarting?: boolean;
}

/** What an object was told by the agent it lives in; undefined for an object of its own. */
export function facetOf(ctx: { readonly props?: unknown }): Facet | undefined {
  const props = ctx.props as { readonly [FACET_PROP]?: Facet } | undefined;
  return props?.[FACET_PROP];
}
