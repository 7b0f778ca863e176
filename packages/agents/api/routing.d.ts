import {
  Agent,
  AgentGetOptions,
  AgentOptions,
  AgentRouteMatch,
  camelCaseToKebabCase,
  CapabilityRequestContext,
  CapabilityWebSocketUpgradeContext,
  getAgentByName,
  LifecycleCapability,
  routeAgentRequest,
  RoutingRetryEvent,
  RoutingRetryOptions,
} from "./shared.js";
/** An entry of a directory of agents. */
type RoutedAgentEntry<Metadata = unknown> = {
  /** Its name in URLs: a UUID, never the name of the agent behind it. */
  readonly id: string;
  /** The application's own; null when there is none. */
  readonly metadata: Metadata | null;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Milliseconds since the Unix epoch. */
  readonly updatedAt: number;
};
/** Options of {@link RoutedAgents}. */
type RoutedAgentsOptions<TAgent extends Agent> = {
  /** Where the agents behind the entries live. */
  readonly namespace: DurableObjectNamespace<TAgent>;
  /** The segment of a path that stands before an entry's id: letters, digits, `_` and `-`. */
  readonly route: string;
};
/** Options of {@link RoutedAgents.create}. */
type RoutedAgentCreateOptions<Metadata = unknown> = {
  /** Anything JSON can carry. */
  readonly metadata?: Metadata;
};
/**
 * A directory of agents that one agent keeps, each an object of its own: a user's chats, for one.
 * Requests and sockets for `/…/{route}/{id}/rest` go to the agent behind the entry, which sees
 * `/rest`; its socket does not concern the owner afterwards. Clients learn ids, never names.
 *
 * The first place in a path that names an entry counts. Where the segment stands before something
 * that is none, the answer is 404 and the owner's own `onRequest` is not asked.
 *
 * When the owner is destroyed, so are its agents: each is tried three times, and one that cannot be
 * reached then stays behind.
 *
 * @throws Error for a route that is not one URL-safe segment.
 *
 * @example
 * export class User extends Agent<Env> {
 *   readonly chats = new RoutedAgents<Chat, { title: string }>({
 *     namespace: this.env.Chat,
 *     route: "chats",
 *   });
 *
 *   constructor(ctx: AgentContext, env: Env) {
 *     super(ctx, env);
 *     this.lifecycle.use(this.chats);
 *   }
 *
 *   @callable()
 *   createChat(title: string) {
 *     return this.chats.create({ metadata: { title } });
 *   }
 * }
 */
declare class RoutedAgents<TAgent extends Agent = Agent, Metadata = unknown> extends LifecycleCapability {
  #private;
  constructor({ namespace, route }: RoutedAgentsOptions<TAgent>);
  /**
   * Adds an entry; the agent behind it does not start yet.
   *
   * @throws FreeholdError `metadata_not_serializable`.
   */
  create(options?: RoutedAgentCreateOptions<Metadata>): Promise<RoutedAgentEntry<Metadata>>;
  /** The started agent behind an entry; null for an id that is none. */
  get(id: string): Promise<DurableObjectStub<TAgent> | null>;
  /** The entries, last changed first. */
  list(): Promise<readonly RoutedAgentEntry<Metadata>[]>;
  /**
   * Replaces an entry's metadata; false for an id that is none.
   *
   * @throws FreeholdError `metadata_not_serializable`.
   */
  setMetadata(id: string, metadata: Metadata | null): Promise<boolean>;
  /**
   * Takes an entry out of sight, has its agent destroyed within moments, and removes the entry;
   * false for an id that is none. When the agent cannot be told, this rejects and the entry stays out
   * of sight; it is tried again after a minute, and by the next call.
   */
  delete(id: string): Promise<boolean>;
  /** @internal A deletion that a crash interrupted is taken up again. */
  onStart(): void;
  /** @internal Tells the agents of hidden entries again. */
  onJob(): Promise<{
    rescheduleAt: number;
  } | undefined>;
  /** @internal The owner is being destroyed. */
  dispose(): Promise<void>;
  /** @internal */
  onRequest({ request }: CapabilityRequestContext): Promise<Response | undefined>;
  /** @internal */
  onWebSocketUpgrade({ request }: CapabilityWebSocketUpgradeContext): Promise<Response | undefined>;
}
export {
  type AgentGetOptions,
  type AgentOptions,
  type AgentRouteMatch,
  camelCaseToKebabCase,
  getAgentByName,
  routeAgentRequest,
  type RoutedAgentCreateOptions,
  type RoutedAgentEntry,
  RoutedAgents,
  type RoutedAgentsOptions,
  type RoutingRetryEvent,
  type RoutingRetryOptions,
};