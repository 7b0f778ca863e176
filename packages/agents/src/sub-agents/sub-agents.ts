import { recordOf, restoredConnection } from "../connections/connection.ts";
import type { FiberLease } from "../fibers/fibers.ts";
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
import type { RouteTransport } from "../lifecycle/host.ts";
import type { Lifecycle } from "../lifecycle/lifecycle.ts";
import { ConnectionFlag, FACET_RUNS_TABLE_NAME, JobOwner, StorageKey } from "../schema.ts";
import { wasThere } from "../storage/tables.ts";
import { SUB_PREFIX } from "../wire.ts";
import { type Facet, facetOf, type TargetedMeta } from "./facet.ts";
import { FacetRuns } from "./facet-runs.ts";
import { FacetSide } from "./facet-side.ts";
import { Kin } from "./kin.ts";
import type { DownwardMessage, UpwardMessage } from "./messages.ts";
import { type AgentPath, type AgentPathStep, addressOf, below, pathKey } from "./path.ts";
import { unpack } from "./plain-request.ts";
import { SubAgentRegistry } from "./registry.ts";
import { RootSide, type RouteCleanup } from "./root-side.ts";
import { RootSockets } from "./root-sockets.ts";
import { Traffic } from "./traffic.ts";
import { Tree } from "./tree.ts";

/** The agent whose relations these are. */
export interface SubAgentHost {
  readonly ctx: DurableObjectState;
  /** The agent's class. */
  readonly className: string;
  readonly lifecycle: Pick<
    Lifecycle,
    "alarm" | "name" | "route" | "webSocketClose" | "webSocketMessage"
  >;
  /** Capabilities that keep things of nested agents in the outermost one. */
  readonly cleanups: readonly RouteCleanup[];
  /** Milliseconds between two looks at fibers of nested agents. */
  readonly keepAliveIntervalMs: number;
  /** Recovers fibers of earlier lives; ids of those that are left or run. */
  checkFibers(): Promise<readonly string[]>;
  /** The agent's own hook, in its context. */
  gate(request: Request, child: AgentPathStep): Promise<Request | Response | undefined>;
  /** Lets a connection in on a socket. */
  admit(socket: WebSocket, request: Request, id: string): Promise<void>;
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

  /** The agent's place in its tree. */
  get tree(): Tree {
    return this.#parts.tree;
  }

  /** The agent's children, as they are stored. */
  get registry(): SubAgentRegistry {
    return this.#parts.registry;
  }

  /** What the agent does with its children. */
  get kin(): Kin {
    return this.#parts.kin;
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
      source: this.facet && addressOf(this.tree.path),
      send: (target, envelope) => this.kin.send(target, envelope),
    };
  }

  /** Deletes this agent, which lives inside another, now or in some time. */
  async destroySelf(inMilliseconds: number): Promise<void> {
    await this.#toRoot({ op: "destroy", inMilliseconds });
  }

  /** How the outermost agent knows of this one's fibers; undefined for an outermost agent. */
  get fiberLease(): FiberLease | undefined {
    if (!this.facet) return undefined;
    return {
      acquire: async (runId) => void (await this.#toRoot({ op: "fiberBegun", runId })),
      release: async (runId) => void (await this.#toRoot({ op: "fiberEnded", runId })),
    };
  }

  override async onStart(): Promise<void> {
    const { facet } = this;
    const { sql, storage } = servicesOf(this);
    if (!facet) {
      if (wasThere(sql, FACET_RUNS_TABLE_NAME)) await this.#parts.runs.resume();
      return;
    }
    const { kv } = storage;
    if (kv.get(StorageKey.IS_FACET) === true) return;
    kv.put(StorageKey.IS_FACET, true);
    kv.put(StorageKey.FACET_NAME, facet.name);
    kv.put(StorageKey.PARENT_PATH, facet.parentPath);
  }

  onRequest({ request }: CapabilityRequestContext): Promise<Response | undefined> | undefined {
    return mayLeadInside(request) ? this.#parts.traffic.answer(request) : undefined;
  }

  onWebSocketUpgrade({
    request,
  }: CapabilityWebSocketUpgradeContext): Promise<Response | undefined> | undefined {
    return mayLeadInside(request) ? this.#parts.traffic.open(request) : undefined;
  }

  onWebSocketMessage(
    socket: WebSocket,
    message: string | ArrayBuffer | ArrayBufferView,
  ): false | Promise<boolean> {
    const target = this.#targetOf(socket);
    return target !== undefined && this.#parts.traffic.message(target, message).then(() => true);
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
        return this.kin.delete(message, message.createdAt);
      case "connect":
      case "message":
      case "close":
      case "wake":
        return this.facetSide?.serve(message);
      case "fibers":
        return servicesOf(this).runInHostContext(() => this.#host.checkFibers());
      default:
        return this.#parts.rootSide.serve(source, message);
    }
  }

  dispose(): void {
    if (!this.facet) this.#parts.rootSockets.closeAll();
  }

  /** @internal Makes the parts; an agent without relations does without them. */
  _parts() {
    const { facet } = this;
    const host = this.#host;
    const { ctx } = host;
    const services = servicesOf(this);
    const registry = new SubAgentRegistry(services.sql);
    const now = () => services.clock.now();
    const tree = new Tree({
      ...{ ctx, facet, registry, now },
      self: () => ({ className: host.className, name: host.lifecycle.name }),
      socketsOf: (path) => this.#socketsOf(path),
      isRootStarting: () => this.#isRootStarting(),
    });
    const rootSockets = new RootSockets({
      sockets: platformSockets(ctx),
      path: () => tree.path,
      knownClasses: () => tree.knownClasses,
    });
    const tell = (target: LifecycleRouteAddress, message: DownwardMessage) =>
      services.routes.to(target, message);
    const kin: Kin = new Kin({
      ...{ facet, registry, tree, tell, clock: services.clock },
      receive: (envelope) => host.lifecycle.route(envelope),
      toRoot: (message) => this.#toRoot(message),
      forget: (key) => rootSide.forget(key),
    });
    const runs = new FacetRuns({
      ...{ sql: services.sql, jobs: services.jobs, now },
      interval: () => host.keepAliveIntervalMs,
      check: async (path) =>
        below(path, tree.path)?.length ? tell(addressOf(path), { op: "fibers" }) : undefined,
    });
    const rootSide = new RootSide({
      ...{ jobs: services.jobs, now, send: tell, sockets: rootSockets, runs },
      cleanups: () => host.cleanups,
      deleteAt: (path, createdAt) => kin.deleteAt(path, createdAt),
    });
    const traffic = new Traffic({
      ...{ tree, send: tell, sockets: () => rootSockets },
      gate: (request, child) => host.gate(request, child),
      resolve: (child) => kin.resolve(child),
      newId: () => services.random.id(),
    });
    return { registry, tree, rootSockets, kin, rootSide, runs, traffic };
  }

  get #parts(): Parts {
    this.#made ??= this._parts();
    return this.#made;
  }

  #createFacetSide(facet: Facet): FacetSide {
    const host = this.#host;
    const { className, ctx } = host;
    const ports = {
      ...{ facet, platform: platformSockets(ctx) },
      admit: (socket: WebSocket, request: Request, id: string) => host.admit(socket, request, id),
      events: () => host.lifecycle,
      toRoot: (message: UpwardMessage) => this.#toRoot(message),
      waitUntil: (work: Promise<unknown>) => ctx.waitUntil(work),
    };
    return new FacetSide(ports, [...facet.parentPath, { className, name: facet.name }]);
  }

  #targetOf(socket: WebSocket) {
    if (this.facet) return undefined;
    const record = recordOf(socket) ?? restoredConnection(socket, servicesOf(this).host);
    if (record?.flag(ConnectionFlag.SUB_AGENT_URL) === undefined) return undefined;
    return this.#parts.rootSockets.of(socket);
  }

  #socketsOf(path: AgentPath): Promise<readonly TargetedMeta[]> | readonly TargetedMeta[] {
    const { facet } = this;
    if (!facet) return this.#parts.rootSockets.metas(pathKey(path));
    if (this.#isRootStarting()) return facet.sockets ?? [];
    return this.#toRoot({ op: "sockets", path }) as Promise<readonly TargetedMeta[]>;
  }

  #isRootStarting(): boolean {
    const isStarting = servicesOf(this).status() !== "started";
    return isStarting && (this.facet?.rootStarting ?? true);
  }

  #toRoot(message: UpwardMessage): Promise<unknown> {
    return servicesOf(this).routes.toRoot(message);
  }
}

/** Cheap, so that agents without children do not pay for those of others. */
function mayLeadInside({ url }: Request): boolean {
  return url.includes(`/${SUB_PREFIX}/`);
}

function platformSockets(ctx: DurableObjectState): LifecycleSockets {
  return {
    accept: (socket, tags) => ctx.acceptWebSocket(socket, tags),
    get: (tag) => ctx.getWebSockets(tag),
  };
}
