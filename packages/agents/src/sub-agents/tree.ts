import { FreeholdError } from "../errors.ts";
import { camelCaseToKebabCase } from "../routing/names.ts";
import { FACET_PROP } from "../schema.ts";
import { SUB_PREFIX } from "../wire.ts";
import { contractErrors } from "./contract-errors.ts";
import type { Facet, TargetedMeta } from "./facet.ts";
import { IDENTITY_VERSION, identityName } from "./identity.ts";
import type { AgentPath, AgentPathStep } from "./path.ts";
import type { RegisteredChild, SubAgentRegistry } from "./registry.ts";
import type { AgentStub } from "./stubs.ts";

/** What an export of the Worker is, when it is a class of Durable Objects. */
type ExportedClass = ((options: { props: unknown }) => unknown) & Partial<DurableObjectNamespace>;

/** The part of the platform's context that is used. */
export interface TreeContext {
  readonly id: { toString(): string };
  readonly exports?: unknown;
  readonly facets?: unknown;
}

/** The platform's facets, as far as they are used. */
interface Facets {
  get(name: string, start: () => unknown): unknown;
  abort(name: string, reason: unknown): void;
  delete(name: string): void;
}

/** What an agent's place among its relations needs. */
export interface TreePorts {
  readonly ctx: TreeContext;
  readonly facet: Facet | undefined;
  readonly registry: SubAgentRegistry;
  /** The agent's own step. */
  readonly self: () => AgentPathStep;
  readonly now: () => number;
  /** The open sockets to the agent at `path` and to those inside it; asked when it starts. */
  readonly socketsOf: (
    path: AgentPath,
  ) => Promise<readonly TargetedMeta[]> | readonly TargetedMeta[];
  /** Whether the outermost agent is still starting, as far as this one knows. */
  readonly isRootStarting: () => boolean;
}

/** An agent's place: the way to it, the outermost agent, and its children. */
export class Tree {
  readonly #ports: TreePorts;
  #path: AgentPath | undefined;

  constructor(ports: TreePorts) {
    this.#ports = ports;
  }

  /** The way to this agent, itself included. @throws FreeholdError `agent_unnamed`. */
  get path(): AgentPath {
    this.#path ??= [...(this.#ports.facet?.parentPath ?? []), this.#ports.self()];
    return this.#path;
  }

  /** Names of the Worker's exports. */
  get knownClasses(): readonly string[] {
    return Object.keys(this.#exports);
  }

  /** Whether objects of a class may stand alone, instead of inside an agent. */
  standsAlone(className: string): boolean {
    return isNamespace(this.#exports[className]);
  }

  /** The way to a child. */
  pathTo({ className, name }: AgentPathStep): AgentPath {
    return [...this.path, { className, name }];
  }

  /** The outermost agent. */
  root(): AgentStub {
    const id = this.#rootId;
    return this.#rootNamespace().get(
      this.#rootNamespace().idFromString(id),
    ) as unknown as AgentStub;
  }

  /** The namespace of a class, by its export; undefined when it has none. */
  namespaceOf(className: string): DurableObjectNamespace | undefined {
    const exported = this.#exports[className];
    return isNamespace(exported) ? exported : undefined;
  }

  /** A child that exists. It is not made sure that it has started. */
  stub(child: RegisteredChild): AgentStub {
    const { className, identityName } = child;
    const { isRootStarting, socketsOf } = this.#ports;
    const exported = this.#exportOf(className);
    const namespace = this.#rootNamespace();
    const path = this.pathTo(child);
    const options = (sockets: readonly TargetedMeta[]) => {
      const facet: Facet = {
        ...{ name: child.name, parentPath: this.path, rootId: this.#rootId, sockets },
        rootStarting: isRootStarting(),
      };
      const props = { [FACET_PROP]: facet };
      return { class: exported({ props }), id: namespace.idFromName(identityName) };
    };
    const start = () => {
      const sockets = socketsOf(path);
      return sockets instanceof Promise ? sockets.then(options) : options(sockets);
    };
    return this.#facets.get(facetKey(child), start) as AgentStub;
  }

  /**
   * A child that has started; it is made when there is none.
   *
   * @throws Error for a class that cannot be one, or a name with a NUL. FreeholdError
   *   `invalid_sub_agent_name`. What the child's start throws.
   */
  async resolve(className: string, name: string): Promise<AgentStub> {
    this.#assertUsable(className, name);
    const { registry } = this.#ports;
    const known = registry.find(className, name);
    const child = known ?? (await this.#describe(className, name));
    const stub = this.stub(child);
    const isNew = !registry.find(className, name);
    if (isNew) registry.add(child, IDENTITY_VERSION);
    try {
      await stub.__unsafe_ensureInitialized();
    } catch (error) {
      if (isNew && registry.find(className, name)?.createdAt === child.createdAt) {
        this.erase(child);
      }
      throw error;
    }
    return stub;
  }

  /** Stops a child; it starts anew when it is needed, with what it stored. */
  abort(child: AgentPathStep, reason: unknown): void {
    this.#facets.abort(facetKey(child), reason);
  }

  /** Deletes a child with everything inside it, and forgets it, in one turn. */
  erase(child: AgentPathStep): void {
    this.#facets.delete(facetKey(child));
    this.#ports.registry.remove(child.className, child.name);
  }

  async #describe(className: string, name: string): Promise<RegisteredChild> {
    const path = this.pathTo({ className, name });
    return {
      className,
      name,
      createdAt: this.#ports.now(),
      identityName: await identityName(path),
    };
  }

  #assertUsable(className: string, name: string): void {
    if (camelCaseToKebabCase(className) === SUB_PREFIX) {
      throw contractErrors.reservedClass(className);
    }
    this.#exportOf(className);
    if (name.includes("\0")) throw contractErrors.nullCharacter();
    if (!name.isWellFormed()) {
      throw new FreeholdError("invalid_sub_agent_name", "A sub-agent's name is not valid Unicode", {
        help: "Give names without lone surrogates.",
      });
    }
    this.#rootNamespace();
  }

  #exportOf(className: string): ExportedClass {
    const exported = Object.hasOwn(this.#exports, className) ? this.#exports[className] : undefined;
    if (typeof exported === "function") return exported as ExportedClass;
    throw contractErrors.notExported(className);
  }

  #rootNamespace(): DurableObjectNamespace {
    const className = this.path[0]?.className ?? "";
    const namespace = this.namespaceOf(className);
    if (namespace) return namespace;
    throw contractErrors.rootNotBound(className);
  }

  get #rootId(): string {
    return this.#ports.facet?.rootId ?? this.#ports.ctx.id.toString();
  }

  get #exports(): Readonly<Record<string, unknown>> {
    return (this.#ports.ctx.exports ?? {}) as Readonly<Record<string, unknown>>;
  }

  get #facets(): Facets {
    const { facets } = this.#ports.ctx;
    if (facets) return facets as Facets;
    throw contractErrors.unsupported();
  }
}

/** Name of a child among the platform's facets of its parent. */
export function facetKey({ className, name }: AgentPathStep): string {
  return `${className}\0${name}`;
}

function isNamespace(exported: unknown): exported is DurableObjectNamespace {
  return (
    typeof (exported as Partial<DurableObjectNamespace> | undefined)?.idFromName === "function"
  );
}
