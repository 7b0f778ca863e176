import type { Clock } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";
import type { LifecycleRouteEnvelope } from "../lifecycle/host.ts";
import { CloseReason } from "../wire.ts";
import { contractErrors } from "./contract-errors.ts";
import { Deletions } from "./deletions.ts";
import type { Facet } from "./facet.ts";
import { type DownwardMessage, isMissingChild, type UpwardMessage } from "./messages.ts";
import { type AgentPath, type AgentPathStep, addressOf, below, pathKey, pathOf } from "./path.ts";
import type { SubAgentRegistry } from "./registry.ts";
import { type AgentStub, invoke } from "./stubs.ts";
import { facetKey, type Tree } from "./tree.ts";

/** How long an outermost agent that was starting may take to answer, in milliseconds. */
const STARTING_MS = 5000;

/** What dealing with children and ancestors needs. */
export interface KinPorts {
  /** What the agent was told by the one it lives in; undefined for an outermost agent. */
  readonly facet: Facet | undefined;
  readonly registry: SubAgentRegistry;
  readonly tree: Tree;
  readonly clock: Clock;
  /** Takes a message that is for this agent. */
  readonly receive: (envelope: LifecycleRouteEnvelope) => Promise<unknown>;
  readonly toRoot: (message: UpwardMessage) => Promise<unknown>;
  readonly tell: (target: LifecycleRouteAddress, message: DownwardMessage) => Promise<unknown>;
  /** Removes what the outermost agent keeps of an agent, by its key. */
  readonly forget: (key: string) => Promise<void>;
}

/** An agent's children, and the messages that pass it on their way through the tree. */
export class Kin {
  readonly #ports: KinPorts;
  readonly #deletions = new Deletions();
  /** Whether the outermost agent may still be starting: it answers nobody until it has. */
  #isRootStarting: boolean;

  constructor(ports: KinPorts) {
    this.#ports = ports;
    this.#isRootStarting = ports.facet?.rootStarting === true;
  }

  /** A child that has started; it is made when there is none. */
  async resolve({ className, name }: AgentPathStep): Promise<AgentStub> {
    await this.#deletions.settled(facetKey({ className, name }));
    return this.#ports.tree.resolve(className, name);
  }

  /** Stops a child; it starts anew when it is needed, with what it stored. */
  abort(child: AgentPathStep, reason: unknown): void {
    this.#ports.tree.abort(child, reason);
  }

  /**
   * Deletes a child with all that is inside it and all that others keep of it. With `createdAt`
   * (milliseconds), only the child that was made then: true when another has taken its place.
   */
  async delete(child: AgentPathStep, createdAt?: number): Promise<boolean> {
    const { registry, toRoot, tree } = this.#ports;
    const { className, name } = child;
    await this.#deletions.run(facetKey(child), async () => {
      const found = registry.find(className, name);
      if (!found || (createdAt !== undefined && found.createdAt !== createdAt)) return;
      const path = tree.pathTo(child);
      await toRoot({ op: "condemn", path, createdAt: found.createdAt });
      // In one turn: who hears that the child was stopped finds it gone.
      tree.abort(child, new Error(CloseReason.SUB_AGENT_DELETED));
      tree.erase(child);
      await toRoot({ op: "buried", path });
    });
    if (registry.find(className, name)) return true;
    // A life that ended half-way may have forgotten the child before its storage was gone.
    if (createdAt !== undefined) tree.erase(child);
    return false;
  }

  /** The same for any agent in the tree; asked of the outermost. */
  async deleteAt(path: AgentPath, createdAt: number | undefined): Promise<unknown> {
    const child = path.at(-1);
    const parent = path.slice(0, -1);
    if (!child || parent.length === 0) return false;
    if (parent.length === 1) return this.delete(child, createdAt);
    return this.#ports.tell(addressOf(parent), { op: "delete", ...child, createdAt });
  }

  /** Calls a method of an agent further inside, by its path from here. */
  async invoke(path: AgentPath, method: string, args: unknown[]): Promise<unknown> {
    const [child, ...further] = path;
    if (!child) throw contractErrors.emptyPath();
    const stub = await this.resolve(child);
    if (further.length > 0) return stub._cf_invokeSubAgentPath(further, method, args);
    return invoke(stub, child.className, method, args);
  }

  /** The part of a path below this agent. @throws Error when it leads elsewhere. */
  pathBelow(path: AgentPath): AgentPath {
    const own = this.#ports.tree.path;
    const further = below(path, own);
    if (further) return further;
    throw contractErrors.notDescending(JSON.stringify(own));
  }

  /** Hands a capability's message on towards the agent it is for. */
  async route(
    target: LifecycleRouteAddress | undefined,
    envelope: LifecycleRouteEnvelope,
  ): Promise<unknown> {
    const { facet, receive, registry, tree } = this.#ports;
    if (!target) return receive(envelope);
    const path = pathOf(target);
    if (facet && !below(path, tree.path)) {
      return tree.root()._cf_routeLifecycle(target, envelope);
    }
    const [next] = this.pathBelow(path);
    if (!next) return receive(envelope);
    await this.#deletions.settled(facetKey(next));
    const child = registry.find(next.className, next.name);
    if (!child) return { freeholdMissing: pathKey(tree.pathTo(next)) };
    return tree.stub(child)._cf_routeLifecycle(target, envelope);
  }

  /** Sends a capability's message; undefined when the agent it is for is gone. */
  async send(
    target: LifecycleRouteAddress | undefined,
    envelope: LifecycleRouteEnvelope,
  ): Promise<unknown> {
    const { facet, forget } = this.#ports;
    if (!target) return this.#toRoot(envelope);
    const answer = await this.route(target, envelope);
    if (!isMissingChild(answer)) return answer;
    console.warn(`Removing what is left of the sub-agent ${answer.freeholdMissing}, which is gone`);
    if (!facet) await forget(answer.freeholdMissing);
    return undefined;
  }

  async #toRoot(envelope: LifecycleRouteEnvelope): Promise<unknown> {
    const { clock, tree } = this.#ports;
    const asked = tree.root()._cf_routeLifecycle(undefined, envelope);
    if (!this.#isRootStarting) return asked;
    // It may wait for this very agent: then neither would ever go on.
    const late = Promise.withResolvers<never>();
    const cancel = clock.after(STARTING_MS, () => late.reject(rootStarting()));
    try {
      const answer = await Promise.race([asked, late.promise]);
      this.#isRootStarting = false;
      return answer;
    } finally {
      cancel();
    }
  }
}

function rootStarting(): FreeholdError {
  return new FreeholdError(
    "root_starting",
    "The outermost agent is still starting and cannot answer an agent inside it",
    {
      help: "Make agents that schedule or hold awake after its onStart: from a queued method, say.",
    },
  );
}
