import type { Agent } from "../agent.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";
import type { LifecycleRouteEnvelope } from "../lifecycle/host.ts";
import { AbsentMcp } from "../mcp/absent.ts";
import { DynamicAgents } from "../sub-agents/dynamic-agents.ts";
import { parentStub } from "../sub-agents/parent.ts";
import type { AgentPathStep } from "../sub-agents/path.ts";
import type { SubAgentEntry } from "../sub-agents/registry.ts";
import type { SubAgents } from "../sub-agents/sub-agents.ts";
import type { DynamicAgentClass, DynamicAgentStub } from "../sub-agents/types.ts";
import { invokeOrigin } from "../workflows/origin.ts";
import { defaultGate } from "./relations.ts";
import { AgentWithWorkflows } from "./with-workflows.ts";

// biome-ignore lint/suspicious/noConfusingVoidType: a hook may do without a return statement
type Nothing = void;

/** The part of an agent that deals with the agents it lives in, and those that live in it. */
export abstract class AgentFamily<
  Env extends Cloudflare.Env = Cloudflare.Env,
> extends AgentWithWorkflows<Env> {
  /** Servers of the Model Context Protocol: none yet. */
  readonly mcp: AbsentMcp = new AbsentMcp();
  /** @internal The agent's relations to other agents. */
  abstract readonly _relations: SubAgents;

  /** The agents this one lives in, outermost first. */
  get parentPath(): ReadonlyArray<AgentPathStep> {
    return this._relations.tree.path.slice(0, -1);
  }

  /** `parentPath` and this agent. */
  get selfPath(): ReadonlyArray<AgentPathStep> {
    return this._relations.tree.path;
  }

  /** The agents that live in this one. */
  get dynamicAgents(): DynamicAgents {
    return new DynamicAgents(this._relations);
  }

  /**
   * Asked for each request and upgrade for an agent inside this one, with the URL as it came. A
   * response refuses it, a request takes its place (the pathname apart), nothing lets it pass.
   *
   * Default: lets pass, but for a child that does not exist, of a class that has a binding of its
   * own: 404. Such a class was not made to be created here by whoever writes its name into a URL.
   */
  async onBeforeSubAgent(
    _request: Request,
    child: { className: string; name: string },
  ): Promise<Request | Response | Nothing> {
    return defaultGate(this._relations, child);
  }

  /**
   * The agent that this one lives in, for calls.
   *
   * @throws Error when it lives in none, or in one of another class.
   */
  parentAgent<T extends Agent>(cls: DynamicAgentClass<T>): Promise<DurableObjectStub<T>> {
    const parent: Promise<unknown> = parentStub(this._relations, this.env, cls);
    return parent as Promise<DurableObjectStub<T>>;
  }

  /** @deprecated Use `dynamicAgents.get`. */
  subAgent<T extends Agent>(cls: DynamicAgentClass<T>, name: string): Promise<DynamicAgentStub<T>> {
    return this.dynamicAgents.get(cls, name);
  }

  /** @deprecated Use `dynamicAgents.abort`. */
  abortSubAgent(cls: DynamicAgentClass, name: string, reason?: unknown): void {
    this.dynamicAgents.abort(cls, name, reason);
  }

  /** @deprecated Use `dynamicAgents.delete`. */
  deleteSubAgent(cls: DynamicAgentClass, name: string): Promise<void> {
    return this.dynamicAgents.delete(cls, name);
  }

  /** @deprecated Use `dynamicAgents.has`. */
  hasSubAgent<T extends Agent>(cls: DynamicAgentClass<T>, name: string): boolean;
  hasSubAgent(className: string, name: string): boolean;
  hasSubAgent(cls: DynamicAgentClass | string, name: string): boolean {
    return this.dynamicAgents.has(cls as string, name);
  }

  /** @deprecated Use `dynamicAgents.list`. */
  listSubAgents<T extends Agent>(cls: DynamicAgentClass<T>): SubAgentEntry[];
  listSubAgents(className?: string): SubAgentEntry[];
  listSubAgents(cls?: DynamicAgentClass | string): SubAgentEntry[] {
    return this.dynamicAgents.list(cls as string);
  }

  /** @internal Takes a message that a capability of another object sent, or hands it on. */
  _cf_routeLifecycle(
    target: LifecycleRouteAddress | undefined,
    envelope: LifecycleRouteEnvelope,
  ): Promise<unknown> {
    return this._relations.kin.route(target, envelope);
  }

  /** @internal Calls a method of a child. */
  _cf_invokeSubAgent(
    className: string,
    name: string,
    method: string,
    args: unknown[],
  ): Promise<unknown> {
    return this._relations.kin.invoke([{ className, name }], method, args);
  }

  /** @internal Calls a method of an agent further inside, by its path from here. */
  _cf_invokeSubAgentPath(
    path: ReadonlyArray<AgentPathStep>,
    method: string,
    args: unknown[],
  ): Promise<unknown> {
    return this._relations.kin.invoke(path, method, args);
  }

  /** @internal Calls a method of this agent or of one further inside, by its whole path. */
  _cf_invokeAgentPath(
    path: ReadonlyArray<AgentPathStep>,
    method: string,
    args: unknown[],
  ): Promise<unknown> {
    return invokeOrigin(this, this._relations, path, method, args);
  }
}
