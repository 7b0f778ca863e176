import type { Agent } from "../agent.ts";
import type { SubAgentEntry } from "./registry.ts";
import type { SubAgents } from "./sub-agents.ts";
import type { DynamicAgentClass, DynamicAgentStub } from "./types.ts";

/**
 * The agents inside an agent (`this.dynamicAgents`): each has a database and connections of its own,
 * lives where its parent lives, and is reached through it only.
 *
 * @example
 * const searcher = await this.dynamicAgents.get(Searcher, "papers");
 * const found = await searcher.search("durable execution");
 * await this.dynamicAgents.delete(Searcher, "papers");
 */
export class DynamicAgents {
  readonly #room: SubAgents;

  /** @internal */
  constructor(room: SubAgents) {
    this.#room = room;
  }

  /**
   * The child of this class and name, for calls. It is made when there is none; it has started.
   *
   * @throws Error for a class that the Worker does not export under its name, or a name with a NUL;
   *   what the child's `onStart` throws; what the platform throws beyond a depth of four.
   */
  async get<T extends Agent>(
    cls: DynamicAgentClass<T>,
    name: string,
  ): Promise<DynamicAgentStub<T>> {
    return (await this.#room.kin.resolve({
      className: cls.name,
      name,
    })) as unknown as DynamicAgentStub<T>;
  }

  /**
   * Stops a child at once; calls that wait fail with `reason`. It starts anew when it is needed, with
   * what it stored.
   */
  abort(cls: DynamicAgentClass, name: string, reason?: unknown): void {
    this.#room.kin.abort({ className: cls.name, name }, reason ?? new Error("Sub-agent aborted"));
  }

  /**
   * Deletes a child: what it stored, its schedules and queued work, its connections (closed with
   * 1001), and all agents inside it. Does nothing when there is none.
   */
  async delete(cls: DynamicAgentClass, name: string): Promise<void> {
    await this.#room.kin.delete({ className: cls.name, name });
  }

  /** Whether there is such a child. */
  has<T extends Agent>(cls: DynamicAgentClass<T>, name: string): boolean;
  has(className: string, name: string): boolean;
  has(cls: DynamicAgentClass | string, name: string): boolean {
    return this.#room.registry.find(nameOf(cls), name) !== undefined;
  }

  /** The children in the order in which they were made; all, or those of one class. */
  list<T extends Agent>(cls: DynamicAgentClass<T>): SubAgentEntry[];
  list(className?: string): SubAgentEntry[];
  list(cls?: DynamicAgentClass | string): SubAgentEntry[] {
    return this.#room.registry.list(cls === undefined ? undefined : nameOf(cls));
  }
}

function nameOf(cls: DynamicAgentClass | string): string {
  return typeof cls === "string" ? cls : cls.name;
}
