import type { Clock } from "../clock.ts";
import { afterCallback, COMPLETE, isEnd } from "./decide.ts";
import { Deliveries } from "./deliveries.ts";
import type { WorkflowStore } from "./store.ts";
import type { WorkflowCallback } from "./types.ts";
import { AgentMethod, type Delivered, type Delivery, type StateAction } from "./wire.ts";

/** What of an agent its workflows reach. */
export interface CallbackHooks {
  onWorkflowCallback(callback: WorkflowCallback): Promise<void>;
  onWorkflowProgress(workflowName: string, workflowId: string, progress: unknown): Promise<void>;
  onWorkflowComplete(workflowName: string, workflowId: string, result?: unknown): Promise<void>;
  onWorkflowError(workflowName: string, workflowId: string, error: string): Promise<void>;
  onWorkflowEvent(workflowName: string, workflowId: string, event: unknown): Promise<void>;
  broadcast(message: string): void;
  readonly state: unknown;
  readonly initialState: unknown;
  setState(state: never): void;
}

/** What taking in what workflows tell needs. */
export interface CallbackPorts {
  readonly clock: Clock;
  readonly store: WorkflowStore;
  readonly hooks: CallbackHooks;
  /** Resolves when the agent has started. */
  ready(): Promise<void>;
  /** Runs `body` as the agent's own code. */
  within<T>(body: () => T): T;
}

/** Takes in what an agent's workflows tell it. */
export class WorkflowCallbacks {
  readonly #ports: CallbackPorts;
  readonly #deliveries: Deliveries;

  constructor(ports: CallbackPorts) {
    this.#ports = ports;
    this.#deliveries = new Deliveries(ports.store);
  }

  /** A step of a workflow tells something, maybe not for the first time. */
  async deliver(delivery: Delivery, told: Delivered): Promise<void> {
    await this.#ports.ready();
    return this.#deliveries.once(delivery, () => this.#take(delivery.workflowId, told));
  }

  async handle(callback: WorkflowCallback): Promise<void> {
    const { clock, hooks, ready, store, within } = this.#ports;
    await ready();
    const row = store.find(callback.workflowId);
    const change = row && afterCallback(row.status, callback);
    if (change) store.change(callback.workflowId, change, Math.floor(clock.now() / 1000));
    await within(() => hooks.onWorkflowCallback(callback));
  }

  async broadcast(message: unknown): Promise<void> {
    const { hooks, ready, within } = this.#ports;
    await ready();
    within(() => hooks.broadcast(JSON.stringify(message)));
  }

  async updateState(action: StateAction, state: unknown): Promise<void> {
    const { hooks, ready, within } = this.#ports;
    await ready();
    within(() => hooks.setState(nextState(hooks, action, state) as never));
  }

  async #take(workflowId: string, told: Delivered): Promise<void> {
    switch (told.method) {
      case AgentMethod.CALLBACK:
        return this.handle(told.args[0] as WorkflowCallback);
      case AgentMethod.STATE:
        return this.updateState(told.args[0] as StateAction, told.args[1]);
      default:
        return this.#settle(workflowId);
    }
  }

  /** A workflow has returned without a word. */
  async #settle(workflowId: string): Promise<void> {
    const { clock, store } = this.#ports;
    const row = store.find(workflowId);
    if (row && !isEnd(row.status)) {
      store.change(workflowId, COMPLETE, Math.floor(clock.now() / 1000));
    }
  }
}

function nextState(hooks: CallbackHooks, action: StateAction, state: unknown): unknown {
  if (action === "reset") return hooks.initialState;
  if (action === "set") return state;
  return { ...(hooks.state as object | undefined), ...(state as object | undefined) };
}

/** Calls the hook for what a workflow told. */
export async function tellHook(hooks: CallbackHooks, callback: WorkflowCallback): Promise<void> {
  const { workflowId, workflowName } = callback;
  switch (callback.type) {
    case "progress":
      return hooks.onWorkflowProgress(workflowName, workflowId, callback.progress);
    case "complete":
      return hooks.onWorkflowComplete(workflowName, workflowId, callback.result);
    case "error":
      return hooks.onWorkflowError(workflowName, workflowId, callback.error);
    case "event":
      return hooks.onWorkflowEvent(workflowName, workflowId, callback.event);
  }
}
