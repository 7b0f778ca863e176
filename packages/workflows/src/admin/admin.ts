import { FreeholdError, type ListedObject, type WorkflowConfig } from "@freehold/host";
import { WorkflowInstance } from "../binding/instance.ts";
import type { Reach } from "../binding/reach.ts";
import type { InstanceEvent } from "../journal/public-event.ts";
import { INSTANCE_ID, STATUSES, type Status } from "../wire.ts";
import { stepsOf, type Timeline } from "./timeline.ts";

/** A workflow of a host, as its tools reach it. */
export interface AdministeredWorkflow {
  readonly config: WorkflowConfig;
  readonly reach: Reach;
}

/** An instance in a list. Times are in milliseconds since the epoch. */
export interface ListedInstance {
  readonly id: string;
  readonly status: Status;
  readonly created: number;
  readonly lastActive: number;
}

export interface ListInstancesOptions {
  /** Default 50. */
  readonly limit?: number;
  /** Only instances with this status. */
  readonly status?: Status;
  /** Goes on after the last instance of the page before. */
  readonly after?: ListedInstance;
}

/** Instances looked at for a page that a status narrows. */
const MOST_LOOKED_AT = 10_000;
const PAGE = 50;

/** Looks at the workflows of a running host and steers them: for the command and the inspector. */
export class WorkflowAdmin {
  readonly #workflows: () => readonly AdministeredWorkflow[];

  constructor(workflows: () => readonly AdministeredWorkflow[]) {
    this.#workflows = workflows;
  }

  get workflows(): readonly WorkflowConfig[] {
    return this.#workflows().map(({ config }) => config);
  }

  /**
   * Instances of a workflow, the youngest first.
   *
   * @throws FreeholdError `WORKFLOW_UNKNOWN`, `STATUS_UNKNOWN`
   */
  async list(workflow: string, options: ListInstancesOptions = {}): Promise<ListedInstance[]> {
    const { namespace } = this.#reach(workflow);
    const { limit = PAGE, status } = options;
    if (status !== undefined && !STATUSES.includes(status)) throw unknownStatus(status);
    const listed: ListedInstance[] = [];
    let after: ListedObject | undefined = options.after && {
      ...{ name: options.after.id, created: options.after.created },
      lastActive: options.after.lastActive,
    };
    for (let looked = 0; listed.length < limit && looked < MOST_LOOKED_AT; ) {
      const page = namespace.list({ limit: PAGE, ...(after && { after }) });
      for (const object of page) {
        if (listed.length === limit) break;
        const state = await namespace.get(object.name).state();
        const { name: id, created, lastActive } = object;
        if (state === undefined || (status !== undefined && state.status !== status)) continue;
        listed.push({ id, status: state.status, created, lastActive });
      }
      looked += page.length;
      after = page.at(-1);
      if (page.length < PAGE) break;
    }
    return listed;
  }

  /** @throws FreeholdError `INSTANCE_UNKNOWN` */
  async timeline(workflow: string, id: string): Promise<Timeline> {
    const instance = this.#remote(workflow, id);
    const [info, page, state] = await Promise.all([
      instance.info(),
      instance.events(0, Number.MAX_SAFE_INTEGER),
      instance.state(),
    ]);
    if (info === undefined || page === undefined || state === undefined) throw unknown(id);
    const values = new Map<number, unknown>();
    for (const { id: event, type } of page.events) {
      if (type === "step_completed" || type === "wait_completed") {
        values.set(event, await instance.value(event));
      }
    }
    const { created, finished } = info.row;
    return {
      ...{ id, status: state.status, created, finished, params: info.params },
      ...(state.status === "complete" && { output: state.output }),
      ...(state.error && { error: state.error }),
      steps: stepsOf(page.events, values),
    };
  }

  /** All that has happened to an instance. */
  async events(workflow: string, id: string, after = 0): Promise<InstanceEvent[]> {
    const page = await this.#remote(workflow, id).events(after, Number.MAX_SAFE_INTEGER);
    if (page === undefined) throw unknown(id);
    const subscription = await this.instance(workflow, id).subscribe({ cursor: after });
    const events: InstanceEvent[] = [];
    for (const _ of page.events) {
      const next = await subscription.next();
      if (next.done) break;
      events.push(next.value);
    }
    subscription[Symbol.dispose]();
    return events;
  }

  /** A handle to pause, resume, terminate or restart. */
  instance(workflow: string, id: string): WorkflowInstance {
    return new WorkflowInstance(this.#reach(workflow), id, this.#remote(workflow, id));
  }

  #remote(workflow: string, id: string) {
    const { namespace } = this.#reach(workflow);
    if (!INSTANCE_ID.test(id)) throw unknown(id);
    return namespace.get(id);
  }

  #reach(name: string): Reach {
    const workflows = this.#workflows();
    const workflow = workflows.find(
      ({ config }) => config.name === name || config.binding === name,
    );
    if (workflow !== undefined) return workflow.reach;
    const known = workflows.map(({ config }) => config.name).join(", ") || "none";
    throw new FreeholdError(
      "WORKFLOW_UNKNOWN",
      `There is no workflow ${name} (there is: ${known}).`,
      {
        help: "Name one that stands under `workflows` in wrangler.jsonc.",
      },
    );
  }
}

function unknown(id: string): FreeholdError {
  return new FreeholdError("INSTANCE_UNKNOWN", `There is no instance ${id}.`, {
    help: "List the instances of the workflow, and name one of them.",
  });
}

function unknownStatus(status: string): FreeholdError {
  return new FreeholdError("STATUS_UNKNOWN", `No instance is ever ${status}.`, {
    help: `Use one of ${STATUSES.join(", ")}.`,
  });
}
