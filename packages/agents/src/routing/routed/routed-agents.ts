import type { Agent } from "../../agent.ts";
import { messageOf } from "../../errors.ts";
import {
  type CapabilityRequestContext,
  type CapabilityWebSocketUpgradeContext,
  LifecycleCapability,
  servicesOf,
} from "../../lifecycle/capability.ts";
import { DEFAULT_RETRY } from "../../retry/options.ts";
import { retry } from "../../retry/retry.ts";
import { getAgentByName } from "../by-name.ts";
import { contractErrors } from "../contract-errors.ts";
import { sendRequest } from "../send.ts";
import { stubOf } from "../stub.ts";
import { Catalog, type RoutedAgentEntry } from "./catalog.ts";
import { routedPaths } from "./path.ts";

/** Options of {@link RoutedAgents}. */
export type RoutedAgentsOptions<TAgent extends Agent> = {
  /** Where the agents behind the entries live. */
  readonly namespace: DurableObjectNamespace<TAgent>;
  /** The segment of a path that stands before an entry's id: letters, digits, `_` and `-`. */
  readonly route: string;
};

/** Options of {@link RoutedAgents.create}. */
export type RoutedAgentCreateOptions<Metadata = unknown> = {
  /** Anything JSON can carry. */
  readonly metadata?: Metadata;
};

/** Milliseconds until a deletion that failed is tried again. */
const RETRY_DELETION_MS = 60_000;

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
export class RoutedAgents<
  TAgent extends Agent = Agent,
  Metadata = unknown,
> extends LifecycleCapability {
  readonly #namespace: DurableObjectNamespace<TAgent>;
  readonly #route: string;

  constructor({ namespace, route }: RoutedAgentsOptions<TAgent>) {
    if (!/^[\w-]+$/.test(route)) throw contractErrors.invalidRoute();
    super(`routed-agents:${route}`);
    this.#namespace = namespace;
    this.#route = route;
  }

  /**
   * Adds an entry; the agent behind it does not start yet.
   *
   * @throws FreeholdError `metadata_not_serializable`.
   */
  async create(
    options: RoutedAgentCreateOptions<Metadata> = {},
  ): Promise<RoutedAgentEntry<Metadata>> {
    const [id, agentName] = [crypto.randomUUID(), crypto.randomUUID()];
    const entry = this.#catalog.add(id, agentName, options.metadata, this.#now());
    return entry as RoutedAgentEntry<Metadata>;
  }

  /** The started agent behind an entry; null for an id that is none. */
  async get(id: string): Promise<DurableObjectStub<TAgent> | null> {
    const name = this.#catalog.agentOf(id);
    if (name === undefined) return null;
    const stub = await getAgentByName(this.#namespace as never, name);
    return stub as unknown as DurableObjectStub<TAgent>;
  }

  /** The entries, last changed first. */
  async list(): Promise<readonly RoutedAgentEntry<Metadata>[]> {
    return this.#catalog.list() as RoutedAgentEntry<Metadata>[];
  }

  /**
   * Replaces an entry's metadata; false for an id that is none.
   *
   * @throws FreeholdError `metadata_not_serializable`.
   */
  async setMetadata(id: string, metadata: Metadata | null): Promise<boolean> {
    return this.#catalog.setMetadata(id, metadata, this.#now());
  }

  /**
   * Takes an entry out of sight, has its agent destroyed within moments, and removes the entry;
   * false for an id that is none. When the agent cannot be told, this rejects and the entry stays out
   * of sight; it is tried again after a minute, and by the next call.
   */
  async delete(id: string): Promise<boolean> {
    const name = this.#catalog.hide(id);
    if (name === undefined) return false;
    try {
      await this.#condemn(name);
    } catch (error) {
      await this.#tryLater();
      throw error;
    }
    this.#catalog.remove(id);
    return true;
  }

  /** @internal A deletion that a crash interrupted is taken up again. */
  override onStart(): void {
    const { waitUntil } = servicesOf(this);
    if (this.#catalog.hidden().length > 0) waitUntil(this.#tryLater());
  }

  /** @internal Tells the agents of hidden entries again. */
  async onJob(): Promise<{ rescheduleAt: number } | undefined> {
    const gone = await this.#condemnAll(this.#catalog.hidden(), 1);
    return gone ? undefined : { rescheduleAt: this.#now() + RETRY_DELETION_MS };
  }

  /** @internal The owner is being destroyed. */
  async dispose(): Promise<void> {
    await this.#condemnAll(this.#catalog.all(), DEFAULT_RETRY.maxAttempts);
  }

  /** @internal */
  onRequest({ request }: CapabilityRequestContext): Promise<Response | undefined> {
    return this.#forward(request);
  }

  /** @internal */
  onWebSocketUpgrade({
    request,
  }: CapabilityWebSocketUpgradeContext): Promise<Response | undefined> {
    return this.#forward(request);
  }

  async #forward(request: Request): Promise<Response | undefined> {
    const url = new URL(request.url);
    const places = routedPaths(url.pathname, this.#route);
    if (places.length === 0) return undefined;
    for (const { id, rest } of places) {
      const name = this.#catalog.agentOf(id);
      if (name === undefined) continue;
      url.pathname = rest;
      const namespace = this.#namespace as unknown as DurableObjectNamespace;
      return sendRequest(new Request(url, request), { namespace, key: this.#route, name });
    }
    return contractErrors.agentNotFound();
  }

  /** Whether all could be told; each that could is removed. */
  async #condemnAll(
    entries: readonly { id: string; agentName: string }[],
    maxAttempts: number,
  ): Promise<boolean> {
    const { clock, random } = servicesOf(this);
    const told = await Promise.all(
      entries.map(async ({ id, agentName }) => {
        try {
          const policy = { ...DEFAULT_RETRY, maxAttempts };
          await retry(() => this.#condemn(agentName), policy, { clock, random });
          this.#catalog.remove(id);
          return true;
        } catch (error) {
          console.error(
            `The agent of ${this.#route}/${id} could not be deleted:`,
            messageOf(error),
          );
          return false;
        }
      }),
    );
    return told.every(Boolean);
  }

  async #condemn(agentName: string): Promise<void> {
    const namespace = this.#namespace as unknown as DurableObjectNamespace;
    const agent = stubOf(namespace, agentName, {}) as unknown as Pick<Agent, "_cf_scheduleDestroy">;
    await agent._cf_scheduleDestroy();
  }

  async #tryLater(): Promise<void> {
    const time = this.#now() + RETRY_DELETION_MS;
    await this.lifecycle.jobs.push({ id: `${this.capabilityId}:delete`, fn: "delete", time });
  }

  get #catalog(): Catalog {
    return new Catalog(servicesOf(this).sql, this.#route);
  }

  #now(): number {
    return servicesOf(this).clock.now();
  }
}
