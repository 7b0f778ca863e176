import { systemClock } from "../clock.ts";
import { agentContext, contextOf } from "../context.ts";
import type { Emit } from "../observability/events.ts";
import { systemRandom } from "../random.ts";
import { WORKFLOWS_TABLE_NAME } from "../schema.ts";
import type { SqlRunner } from "../storage/sql.ts";
import { wasThere } from "../storage/tables.ts";
import type { SubAgents } from "../sub-agents/sub-agents.ts";
import { type CallbackHooks, WorkflowCallbacks } from "../workflows/callbacks.ts";
import { WorkflowStore } from "../workflows/store.ts";
import { Workflows } from "../workflows/workflows.ts";

/** What an agent has to do with workflows. */
export interface WorkflowRooms {
  /** Those that it starts. */
  readonly tracked: Workflows;
  /** What they tell. */
  readonly callbacks: WorkflowCallbacks;
}

/** What of an agent's rooms its workflows use. */
interface WorkflowParts {
  readonly emit: Emit;
  readonly sql: SqlRunner;
  readonly relations: SubAgents;
  readonly env: unknown;
  readonly id: { toString(): string };
  readonly lifecycle: { start(): Promise<void> };
}

/** Made when first asked for: most agents have no workflows, and each start would make them. */
export class LazyWorkflowRooms implements WorkflowRooms {
  readonly #agent: object;
  readonly #parts: WorkflowParts;
  #made: WorkflowRooms | undefined;

  constructor(agent: object, parts: WorkflowParts) {
    this.#agent = agent;
    this.#parts = parts;
  }

  get tracked(): Workflows {
    return this.#rooms.tracked;
  }

  get callbacks(): WorkflowCallbacks {
    return this.#rooms.callbacks;
  }

  /** Looks after what earlier lives of the agent have started. */
  wake(): void {
    if (wasThere(this.#parts.sql, WORKFLOWS_TABLE_NAME)) this.tracked.wake();
  }

  get #rooms(): WorkflowRooms {
    this.#made ??= createWorkflowRooms(this.#agent, this.#parts);
    return this.#made;
  }
}

function createWorkflowRooms(agent: object, parts: WorkflowParts): WorkflowRooms {
  const { emit, env, id, lifecycle, relations, sql } = parts;
  const store = new WorkflowStore(sql);
  const shared = { clock: systemClock, store };
  return {
    tracked: new Workflows({
      ...{ ...shared, random: systemRandom, emit, env },
      identity: () => ({
        path: relations.tree.path,
        rootId: relations.facet?.rootId ?? id.toString(),
      }),
    }),
    callbacks: new WorkflowCallbacks({
      ...{ ...shared, hooks: agent as CallbackHooks },
      ready: () => lifecycle.start(),
      within: (body) => agentContext.run(contextOf(agent), body),
    }),
  };
}
