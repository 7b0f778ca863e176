import type { Clock } from "../clock.ts";
import type { Emit } from "../observability/events.ts";
import type { Random } from "../random.ts";
import { DEFAULT_RETRY } from "../retry/options.ts";
import { isErrorRetryable } from "../retry/platform.ts";
import { retry } from "../retry/retry.ts";
import { type AgentIdentity, internalParams, workflowNames, workflowOf } from "./bindings.ts";
import { contractErrors } from "./contract-errors.ts";
import { afterStatus, infoOf, isEnd } from "./decide.ts";
import { type FollowedInstance, Follower, type Standing } from "./follower.ts";
import { conditionOf, type DeleteCriteria, findWorkflows } from "./query.ts";
import type { WorkflowStore } from "./store.ts";
import type {
  ApprovalEventPayload,
  ApprovalOptions,
  RejectionOptions,
  RunWorkflowOptions,
  WorkflowEventPayload,
  WorkflowInfo,
  WorkflowPage,
  WorkflowQueryCriteria,
  WorkflowTrackingRow,
} from "./types.ts";
import { APPROVAL_EVENT, WORKFLOW_ID_PREFIX } from "./wire.ts";

/** What running workflows needs. */
export interface WorkflowPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly store: WorkflowStore;
  readonly env: unknown;
  identity(): AgentIdentity;
}

/** Of calls to instances; only failures of the platform are tried again. */
const RETRY = { ...DEFAULT_RETRY, baseDelayMs: 200 };

const CONTROL_EVENTS = {
  terminate: "workflow:terminated",
  pause: "workflow:paused",
  resume: "workflow:resumed",
} as const;

/** The workflows that an agent starts, and what it knows of them. */
export class Workflows {
  readonly #ports: WorkflowPorts;
  readonly #follower: Follower;
  /** Ids of workflows that are being made. */
  readonly #starting = new Set<string>();

  constructor(ports: WorkflowPorts) {
    this.#ports = ports;
    this.#follower = new Follower({
      clock: ports.clock,
      cursor: (id) => ports.store.cursor(id),
      instance: (name, id) => this.#followed(name, id),
      stands: (id, standing, eventId) => this.#stands(id, standing, eventId),
    });
  }

  /** Looks after what earlier lives of the agent have started. */
  wake(): void {
    const { env, store } = this.#ports;
    const known = workflowNames(env);
    for (const { count, workflow_name: name } of store.bindings()) {
      if (known.includes(name)) continue;
      console.warn(
        `[Agent] ${count} workflow(s) name the binding '${name}', which is not in the environment. If it was renamed, call this.migrateWorkflowBinding('${name}', '<new name>').`,
      );
    }
    for (const { workflow_id, workflow_name } of store.open(100)) {
      if (known.includes(workflow_name)) this.#follower.follow(workflow_name, workflow_id);
    }
  }

  /** Starts a workflow. Its row is there before it can tell anything. */
  async run(name: string, params: unknown, options: RunWorkflowOptions = {}): Promise<string> {
    const { emit, env, identity, random, store } = this.#ports;
    const workflow = workflowOf(env, name);
    const internals = internalParams(env, name, identity(), options.agentBinding);
    const id = options.id ?? `${WORKFLOW_ID_PREFIX}${random.id()}`;
    if (this.#starting.has(id)) throw contractErrors.alreadyTracked(id);
    this.#starting.add(id);
    try {
      // At once where it can be: whoever asks next already finds the row.
      const left = store.find(id);
      if (left) await this.#free(left);
      const metadata = options.metadata === undefined ? null : JSON.stringify(options.metadata);
      const row = { id: random.id(), workflow_id: id, workflow_name: name, metadata };
      store.add(row, this.#now);
      try {
        const { retention } = options;
        await workflow.create({
          id,
          params: { ...(params as object), ...internals },
          ...(retention && { retention }),
        });
      } catch (error) {
        this.delete(id);
        throw error;
      }
    } finally {
      this.#starting.delete(id);
    }
    emit("workflow:start", { workflowId: id, workflowName: name });
    this.#follower.follow(name, id);
    return id;
  }

  async send(name: string, id: string, { payload, type }: WorkflowEventPayload): Promise<void> {
    const instance = await this.#instance(name, id);
    await this.#try(() => instance.sendEvent({ type, payload }));
    this.#ports.emit("workflow:event", { workflowId: id, eventType: type });
  }

  async approve(id: string, options: ApprovalOptions = {}): Promise<void> {
    const { metadata, reason } = options;
    await this.#decide(id, options, { approved: true, reason, metadata } as ApprovalEventPayload);
    this.#ports.emit("workflow:approved", { workflowId: id, ...(reason && { reason }) });
  }

  async reject(id: string, options: RejectionOptions = {}): Promise<void> {
    const { reason } = options;
    await this.#decide(id, options, { approved: false, reason } as ApprovalEventPayload);
    this.#ports.emit("workflow:rejected", { workflowId: id, ...(reason && { reason }) });
  }

  /** Terminates, pauses or resumes; the row says what came of it. */
  async control(id: string, verb: "terminate" | "pause" | "resume"): Promise<void> {
    const { workflow_name: workflowName } = this.#tracked(id);
    const instance = await this.#instance(workflowName, id);
    await this.#try(() => instance[verb]());
    this.#sync(id, await this.#try(() => instance.status()), true);
    this.#ports.emit(CONTROL_EVENTS[verb], { workflowId: id, workflowName });
  }

  /** Runs a workflow again. Its row is as new before the new run can tell anything. */
  async restart(id: string, { resetTracking = true } = {}): Promise<void> {
    const { emit, store } = this.#ports;
    const row = this.#tracked(id);
    const instance = await this.#instance(row.workflow_name, id);
    const now = this.#now;
    store.put({
      ...{ ...row, status: "queued", error_name: null, error_message: null },
      ...{ updated_at: now, completed_at: null },
      ...(resetTracking && { created_at: now }),
    });
    try {
      await this.#try(() => instance.restart());
    } catch (error) {
      store.put(row);
      throw error;
    }
    emit("workflow:restarted", { workflowId: id, workflowName: row.workflow_name });
    this.#follower.follow(row.workflow_name, id);
  }

  /** How the instance itself stands; the row follows. */
  async status(name: string, id: string): Promise<InstanceStatus> {
    const instance = await this.#instance(name, id);
    const status = await this.#try(() => instance.status());
    this.#sync(id, status, true);
    return status;
  }

  find(id: string): WorkflowInfo | undefined {
    const row = this.#ports.store.find(id);
    return row && infoOf(row);
  }

  list(criteria: WorkflowQueryCriteria = {}): WorkflowPage {
    return findWorkflows(this.#ports.store, criteria);
  }

  delete(id: string): boolean {
    return this.#ports.store.remove({ sql: "workflow_id = ?", values: [id] }) > 0;
  }

  deleteAll(criteria: DeleteCriteria = {}): number {
    return this.#ports.store.remove(conditionOf(criteria));
  }

  /** Says in all rows that a binding has another name now; returns how many there were. */
  migrate(from: string, to: string): number {
    workflowOf(this.#ports.env, to);
    return this.#ports.store.rename(from, to, this.#now);
  }

  /** Removes a row whose instance was never made. @throws Error for any other. */
  async #free({
    status,
    workflow_id: id,
    workflow_name: name,
  }: WorkflowTrackingRow): Promise<void> {
    const mayBeLeft = status === "queued" || status === "unknown";
    if (!mayBeLeft || !(await isMissing(workflowOf(this.#ports.env, name), id))) {
      throw contractErrors.alreadyTracked(id);
    }
    this.delete(id);
  }

  #decide(
    id: string,
    { eventType = APPROVAL_EVENT }: RejectionOptions,
    payload: ApprovalEventPayload,
  ): Promise<void> {
    return this.send(this.#tracked(id).workflow_name, id, { type: eventType, payload });
  }

  #tracked(id: string): WorkflowTrackingRow {
    const row = this.#ports.store.find(id);
    if (!row) throw contractErrors.notTracked(id);
    return row;
  }

  #instance(name: string, id: string): Promise<WorkflowInstance> {
    const workflow = workflowOf(this.#ports.env, name);
    return this.#try(() => workflow.get(id));
  }

  /** An instance to follow; one that is not there stands as unknown. */
  async #followed(name: string, id: string): Promise<FollowedInstance> {
    const workflow = workflowOf(this.#ports.env, name);
    if (await isMissing(workflow, id)) return { status: async () => ({ status: "unknown" }) };
    return (await this.#instance(name, id)) as unknown as FollowedInstance;
  }

  /** Whether the instance is worth following further. */
  #stands(id: string, standing: Standing, eventId: number | undefined): boolean {
    const { store } = this.#ports;
    if (!store.find(id)) return false;
    this.#sync(id, standing, false);
    if (isEnd(standing.status)) return false;
    if (eventId !== undefined) store.mark(id, "", eventId);
    return standing.status !== "unknown";
  }

  #sync(id: string, standing: Standing, asked: boolean): void {
    const { store } = this.#ports;
    const row = store.find(id);
    const change = row && afterStatus(row.status, standing, asked);
    if (change) store.change(id, change, this.#now);
    // It can tell nothing more: what it told need not be known again.
    if (row && isEnd(standing.status)) store.forget(id);
  }

  #try<T>(work: () => Promise<T>): Promise<T> {
    return retry(work, RETRY, this.#ports, { shouldRetry: isErrorRetryable });
  }

  /** Seconds, as rows have them. */
  get #now(): number {
    return Math.floor(this.#ports.clock.now() / 1000);
  }
}

/** Whether the platform says that there is no such instance. */
async function isMissing(workflow: Workflow, id: string): Promise<boolean> {
  try {
    await workflow.get(id);
    return false;
  } catch (error) {
    if (/instance\.not_found/.test(String((error as Error | undefined)?.message))) return true;
    throw error;
  }
}
