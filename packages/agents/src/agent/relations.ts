import type { DurableObject } from "cloudflare:workers";
import { agentContext, contextOf } from "../context.ts";
import type { FiberRecovery } from "../fibers/recovery.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import type { AgentPathStep } from "../sub-agents/path.ts";
import type { RouteCleanup } from "../sub-agents/root-side.ts";
import { type SubAgentHost, SubAgents } from "../sub-agents/sub-agents.ts";
import type { WebSockets } from "../websockets/websockets.ts";
import type { AgentHooks } from "./hooks.ts";

/** What of an agent's rooms its relations to other agents use. */
export interface RelatedRooms {
  readonly lifecycle: Lifecycle<object, object>;
  readonly sockets: WebSockets;
  /** Capabilities that keep things of nested agents in the outermost one. */
  readonly cleanups: readonly RouteCleanup[];
  readonly keepAliveIntervalMs: number;
  readonly recovery: FiberRecovery;
}

/** The agents inside an agent, and its own place inside others. */
export function createRelations(
  agent: AgentHooks & DurableObject<object>,
  ctx: DurableObjectState,
  rooms: () => RelatedRooms,
): SubAgents {
  return new SubAgents(new RelatedAgent(agent, ctx, rooms));
}

/** The gate of an agent that has none of its own; see `onBeforeSubAgent`. */
export function defaultGate(
  { registry, tree }: SubAgents,
  { className, name }: AgentPathStep,
): Response | undefined {
  if (!tree.standsAlone(className) || registry.find(className, name)) return undefined;
  return new Response("Not Found", { status: 404 });
}

/** An agent, as its relations see it. */
class RelatedAgent implements SubAgentHost {
  readonly ctx: DurableObjectState;
  readonly #agent: AgentHooks;
  readonly #rooms: () => RelatedRooms;

  constructor(agent: AgentHooks, ctx: DurableObjectState, rooms: () => RelatedRooms) {
    this.ctx = ctx;
    this.#agent = agent;
    this.#rooms = rooms;
  }

  get className() {
    return this.#agent.constructor.name;
  }

  get lifecycle() {
    return this.#rooms().lifecycle;
  }

  get cleanups() {
    return this.#rooms().cleanups;
  }

  get keepAliveIntervalMs() {
    return this.#rooms().keepAliveIntervalMs;
  }

  checkFibers(): Promise<readonly string[]> {
    return this.#rooms().recovery.check();
  }

  async gate(request: Request, child: AgentPathStep): Promise<Request | Response | undefined> {
    const agent = this.#agent;
    const working = contextOf(agent, { request });
    return agentContext.run(working, async () => {
      return (await agent.onBeforeSubAgent(request, child)) ?? undefined;
    });
  }

  admit(socket: WebSocket, request: Request, id: string): Promise<void> {
    return this.#rooms().sockets._admit(socket, request, id);
  }
}
