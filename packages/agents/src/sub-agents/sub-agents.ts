import type { LifecycleJobContext, LifecycleJobOutcome } from "../jobs/job.ts";
import {
  type CapabilityRequestContext,
  type CapabilityWebSocketUpgradeContext,
  LifecycleCapability,
  type LifecycleRouteAddress,
  type LifecycleRouteContext,
  type LifecycleSockets,
  servicesOf,
} from "../lifecycle/capability.ts";
import type { LifecycleRouteEnvelope, RouteTransport } from "../lifecycle/host.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import { JobOwner, StorageKey } from "../schema.ts";
import { sqlRunner } from "../storage/sql.ts";
import { CloseReason } from "../wire.ts";
import { contractErrors } from "./contract-errors.ts";
import { Deletions } from "./deletions.ts";
import { type Facet, facetOf, type TargetedMeta } from "./facet.ts";
import { FacetSide } from "./facet-side.ts";
import { type DownwardMessage, isMissingChild, type UpwardMessage } from "./messages.ts";
import { type AgentPath, type AgentPathStep, addressOf, below, pathKey, pathOf } from "./path.ts";
import { unpack } from "./plain-request.ts";
import { SubAgentRegistry } from "./registry.ts";
import { RootSide, type RouteCleanup } from "./root-side.ts";
import { RootSockets } from "./root-sockets.ts";
import { type AgentStub, invoke } from "./stubs.ts";
import { Traffic } from "./traffic.ts";
import { facetKey, Tree } from "./tree.ts";

/** The agent whose relations these are. */
export interface SubAgentHost {
  readonly ctx: DurableObjectState;
  /** The agent's class. */
  readonly className: string;
  readonly lifecycle: () => Pick<
    Lifecycle,
    "alarm" | "name" | "route" | "webSocketClose" | "webSocketMessage"
  >;
  /** Capabilities that keep things of nested agents in the outermost one. */
  readonly cleanups: () => readonly RouteCleanup[];
  /** The agent's own hook, in its context. */
  readonly gate: (
    request: Request,
    child: AgentPathStep,
  ) => Promise<Request | Response | undefined>;
  /** Lets a connection in on a socket. */
  readonly admit: (socket: WebSocket, request: Request, id: string) => Promise<void>;
}

type Parts = ReturnType<SubAgents["_parts"]>;

/**
 * The agents inside an agent, and its own place inside others: their directory, the way messages
 * take from one to another, and what the outermost agent does for all of them.
 */
export class SubAgents extends LifecycleCapability {
  readonly #host: SubAgentHost;
  /** What this agent was told by the one it lives in; undefined for an outermost agent. */
  readonly facet: Facet | undefined;
  #made: Parts | undefined;
  #facetSide: FacetSide | undefined;

  constructor(host: SubAgentHost) {
    super(JobOwner.SUB_AGENTS);
    this.#host = host;
    this.facet = facetOf(host.ctx);
  }

  // ---- The agent's own place ----

  /** The way to this agent, itself included. */
  get path(): AgentPath {
    return this.tree.path;
  }

  get tree(): Tree {
    return this.#parts.tree;
  }

  get registry(): SubAgentRegistry {
    return this.#parts.registry;
  }

  /** What being inside another agent means; undefined for an outermost agent. */
  get facetSide(): FacetSide | undefined {
    if (!this.facet) return undefined;
    this.#facetSide ??= this.#createFacetSide(this.facet);
    return this.#facetSide;
  }

  /** How capabilities of the agents in the tree reach each other. */
  get transport(): RouteTransport {
    return {
      source: this.facet && addressOf(this.path),
      send: (target, envelope) => this.#send(target, envelope),
    };
  }

  /** The part of a path below this agent. @throws Error when it leads elsewhere. */
  pathBelow(path: AgentPath): AgentPath {
    const further = below(path, this.path);
    if (further) return further;
    throw contractErrors.notDescending(JSON.stringify(this.path));
  }

  // ---- Children ----

  /** A child that has started; it is made when there is none. */
  async resolve(className: string, name: string): Promise<AgentStub> {
    const running = this.#parts.deletions.settled(facetKey({ className, name }));
    if (running) await running;
    return this.tree.resolve(className, name);
  }

  /** Stops a child; it starts anew when it is needed, with what it stored. */
  abort(child: AgentPathStep, reason: unknown): void {
    this.tree.abort(child, reason);
  }

  /** Deletes a child with all that is inside it and all that others keep of it. */
  async delete(child: AgentPathStep, createdAt?: number): Promise<boolean> {
    const { deletions, registry, tree } = this.#parts;
    const { className, name } = child;
    await deletions.run(facetKey(child), async () => {
      const found = registry.find(className, name);
      if (!found || (createdAt !== undefined && found.createdAt !== createdAt)) return;
      const path = tree.pathTo(child);
      tree.abort(child, new Error(CloseReason.SUB_AGENT_DELETED));
      await this.#toRoot({ op: "condemn", path, createdAt: found.createdAt });
      tree.erase(child);
      await this.#toRoot({ op: "buried", path });
    });
    if (registry.find(className, name)) return true;
    // A life that ended half-way may have forgotten the child before its storage was gone.
    if (createdAt !== undefined) tree.erase(child);
    return false;
  }

  /** Deletes this agent, which lives inside another, now or in some time. */
  async destroySelf(inMilliseconds: number): Promise<void> {
    await this.#toRoot({ op: "destroy", inMilliseconds });
  }

  /** Calls a method of an agent further inside. */
  async invoke(path: AgentPath, method: string, args: unknown[]): Promise<unknown> {
    const [child, ...further] = path;
    if (!child) throw contractErrors.emptyPath();
    const stub = await this.resolve(child.className, child.name);
    if (further.length > 0) return stub._cf_invokeSubAgentPath(further, method, args);
    return invoke(stub, child.className, method, args);
  }

  /** Hands a capability's message on towards the agent it is for. */
  async route(
    target: LifecycleRouteAddress | undefined,
    envelope: LifecycleRouteEnvelope,
  ): Promise<unknown> {
    if (!target) return this.#host.lifecycle().route(envelope);
    const further = below(pathOf(target), this.path);
    if (!further) {
      if (!this.facet) throw contractErrors.notDescending(JSON.stringify(this.path));
      return this.tree.root()._cf_routeLifecycle(target, envelope);
    }
    const [next] = further;
    if (!next) return this.#host.lifecycle().route(envelope);
    await this.#parts.deletions.settled(facetKey(next));
    const child = this.registry.find(next.className, next.name);
    if (!child) return { freeholdMissing: pathKey(this.tree.pathTo(next)) };
    return this.tree.stub(child)._cf_routeLifecycle(target, envelope);
  }

  // ---- Events ----

  override onStart(): void {
    const { facet } = this;
    if (!facet) return;
    const { kv } = servicesOf(this).storage;
    if (kv.get(StorageKey.IS_FACET) === true) return;
    kv.put(StorageKey.IS_FACET, true);
    kv.put(StorageKey.FACET_NAME, facet.name);
    kv.put(StorageKey.PARENT_PATH, facet.parentPath);
  }

  onRequest({ request }: CapabilityRequestContext): Promise<Response | undefined> {
    return this.#parts.traffic.answer(request);
  }

  onWebSocketUpgrade({
    request,
  }: CapabilityWebSocketUpgradeContext): Promise<Response | undefined> {
    return this.#parts.traffic.open(request);
  }

  async onWebSocketMessage(
    socket: WebSocket,
    message: string | ArrayBuffer | ArrayBufferView,
  ): Promise<boolean> {
    const target = this.#targetOf(socket);
    if (target) await this.#parts.traffic.message(target, message);
    return target !== undefined;
  }

  async onWebSocketClose(
    socket: WebSocket,
    code: number,
    reason: string,
    wasClean: boolean,
  ): Promise<boolean> {
    const target = this.#targetOf(socket);
    if (target) await this.#parts.traffic.close(target, code, reason, wasClean);
    return target !== undefined;
  }

  onWebSocketError(socket: WebSocket): boolean {
    return this.#targetOf(socket) !== undefined;
  }

  onJob({ job }: LifecycleJobContext): Promise<LifecycleJobOutcome> {
    return this.#parts.rootSide.run(job.fn, job.payload);
  }

  async onRoute({ payload, source }: LifecycleRouteContext): Promise<unknown> {
    const message = payload as UpwardMessage | DownwardMessage;
    switch (message.op) {
      case "gate":
        return this.#parts.traffic.gate(unpack(message.request));
      case "delete":
        return this.delete(message, message.createdAt);
      case "connect":
      case "message":
      case "close":
      case "wake":
        return this.facetSide?.serve(message);
      default:
        return this.#parts.rootSide.serve(source, message);
    }
  }

  dispose(): void {
    if (!this.facet) this.#parts.rootSockets.closeAll();
  }

  /** @internal Makes the parts; an agent without relations does without them. */
  _parts() {
    const { ctx, className, cleanups, gate, lifecycle } = this.#host;
    const services = servicesOf(this);
    const registry = new SubAgentRegistry(sqlRunner(ctx.storage.sql));
    const now = () => services.clock.now();
    const tree = new Tree({
      ...{ ctx, facet: this.facet, registry, now },
      self: () => ({ className, name: lifecycle().name }),
      socketsOf: (path) => this.#socketsOf(path),
      isRootStarting: () => this.#isRootStarting(),
    });
    const rootSockets = new RootSockets({
      sockets: platformSockets(ctx),
      path: () => tree.path,
      knownClasses: () => tree.knownClasses,
    });
    const send = (target: LifecycleRouteAddress, message: DownwardMessage) =>
      this.#tell(target, message);
    const rootSide = new RootSide({
      ...{ jobs: services.jobs, now, cleanups, send, sockets: rootSockets },
      deleteAt: (path, createdAt) => this.#deleteAt(path, createdAt),
    });
    const traffic = new Traffic({
      ...{ tree, gate, send, resolve: (step) => this.resolve(step.className, step.name) },
      sockets: () => rootSockets,
      newId: () => services.random.id(),
    });
    const deletions = new Deletions();
    return { registry, tree, rootSockets, rootSide, traffic, deletions };
  }

  get #parts(): Parts {
    this.#made ??= this._parts();
    return this.#made;
  }

  #createFacetSide(facet: Facet): FacetSide {
    const { admit, ctx, lifecycle } = this.#host;
    return new FacetSide(
      {
        ...{ facet, admit, platform: platformSockets(ctx) },
        events: lifecycle,
        toRoot: (message) => this.#toRoot(message),
        waitUntil: (work) => ctx.waitUntil(work),
      },
      () => [...facet.parentPath, { className: this.#host.className, name: facet.name }],
    );
  }

  #targetOf(socket: WebSocket) {
    return this.facet ? undefined : this.#parts.rootSockets.of(socket);
  }

  #socketsOf(path: AgentPath): Promise<readonly TargetedMeta[]> | readonly TargetedMeta[] {
    const { facet } = this;
    if (!facet) return this.#parts.rootSockets.metas(pathKey(path));
    if (facet.rootStarting && servicesOf(this).status() !== "started") return facet.sockets ?? [];
    return this.#toRoot({ op: "sockets", path }) as Promise<readonly TargetedMeta[]>;
  }

  #isRootStarting(): boolean {
    const isStarting = servicesOf(this).status() !== "started";
    return isStarting && (this.facet?.rootStarting ?? true);
  }

  #toRoot(message: UpwardMessage): Promise<unknown> {
    return servicesOf(this).routes.toRoot(message);
  }

  #tell(target: LifecycleRouteAddress, message: DownwardMessage): Promise<unknown> {
    return servicesOf(this).routes.to(target, message);
  }

  async #send(
    target: LifecycleRouteAddress | undefined,
    envelope: LifecycleRouteEnvelope,
  ): Promise<unknown> {
    if (!target) return this.tree.root()._cf_routeLifecycle(undefined, envelope);
    const answer = await this.route(target, envelope);
    if (!isMissingChild(answer)) return answer;
    console.warn(`Removing what is left of the sub-agent ${answer.freeholdMissing}, which is gone`);
    if (!this.facet) await this.#parts.rootSide.forget(answer.freeholdMissing);
    return undefined;
  }

  async #deleteAt(path: AgentPath, createdAt: number | undefined): Promise<unknown> {
    const child = path.at(-1);
    const parent = path.slice(0, -1);
    if (!child || parent.length === 0) return false;
    if (parent.length === 1) return this.delete(child, createdAt);
    return this.#tell(addressOf(parent), { op: "delete", ...child, createdAt });
  }
}

function platformSockets(ctx: DurableObjectState): LifecycleSockets {
  return {
    accept: (socket, tags) => ctx.acceptWebSocket(socket, tags),
    get: (tag) => ctx.getWebSockets(tag),
  };
}
