import {
  FreeholdError,
  type ListedObject,
  type ListObjectsOptions,
  systemClock,
  systemRandom,
  type WorkflowConfig,
} from "@freehold/host";
import type { RemoteInstance } from "../binding/reach.ts";
import { Throttle } from "../binding/throttle.ts";
import { InstanceRecord } from "../engine/record.ts";
import { stateOf } from "../engine/standing.ts";
import { EventHub } from "../event-hub.ts";
import { Introspection } from "../introspection/introspection.ts";
import { Journal } from "../journal/journal.ts";
import type { InstanceStorage } from "../journal/storage.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { type AdministeredWorkflow, WorkflowAdmin } from "./admin.ts";

type Row = Readonly<Record<string, unknown>>;

/** The instances of one workflow, as a host that was stopped has left them. */
export interface StoppedInstances {
  /** The youngest first. */
  list(options?: ListObjectsOptions): readonly ListedObject[];
  /** Rows of a query in an instance's database; `undefined` when it has none. */
  query(
    id: string,
    sql: string,
    ...bindings: readonly (null | number | string)[]
  ): readonly Row[] | undefined;
}

/**
 * Looks at the workflows of a host that does not run: lists, shows and tells events. All that would
 * change an instance fails with `HOST_NOT_RUNNING`.
 *
 * @param instances of one workflow. They have to be readable for as long as the answer is used.
 * @example
 * ```ts
 * await readStopped(dataDirectory, "shop", ({ of }) =>
 *   stoppedWorkflows(workflows, ({ name }) => of({ kind: "workflow", name })).list("orders"),
 * );
 * ```
 */
export function stoppedWorkflows(
  workflows: readonly WorkflowConfig[],
  instances: (workflow: WorkflowConfig) => StoppedInstances,
): WorkflowAdmin {
  const administered = workflows.map((config): AdministeredWorkflow => {
    const stored = instances(config);
    const reach: AdministeredWorkflow["reach"] = {
      workflow: config.name,
      namespace: {
        list: (options) => stored.list(options),
        get: (id) => remoteOf(stored, id),
      },
      random: systemRandom,
      hub: new EventHub(),
      introspection: new Introspection(() => reach),
      limits: DEFAULT_LIMITS,
      throttle: new Throttle(() => systemClock.now()),
      queueKnown: refuse,
    };
    return { config, reach };
  });
  return new WorkflowAdmin(() => administered);
}

function remoteOf(stored: StoppedInstances, id: string): RemoteInstance {
  const storage: InstanceStorage = {
    sql: {
      databaseSize: 0,
      exec: (query, ...bindings) => {
        const rows = stored.query(id, query, ...(bindings as (null | number | string)[])) ?? [];
        return Object.assign([...rows], { toArray: () => [...rows] });
      },
    },
  };
  const record = new InstanceRecord(storage);
  const journal = new Journal(storage, systemClock, { maxBytes: 0, onAppend: () => undefined });
  return {
    state: async () => record.row && stateOf(record.row.status, journal),
    info: async () => record.row && { row: record.row, params: record.params() },
    events: async (after, limit) =>
      record.row && { status: record.row.status, events: journal.read(after, limit) },
    value: async (event) => (record.row === undefined ? undefined : journal.value(event)),
    ...{ create: refuse, admit: refuse, pause: refuse, resume: refuse, terminate: refuse },
    ...{ restart: refuse, sendEvent: refuse, delete: refuse, alarm: refuse },
  };
}

/** @throws FreeholdError `HOST_NOT_RUNNING` */
async function refuse(): Promise<never> {
  throw new FreeholdError("HOST_NOT_RUNNING", "No host runs that could change an instance.", {
    help: "Start the project with `freehold dev` or `freehold start`, then say it again.",
  });
}
