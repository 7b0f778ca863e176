import type { WorkflowStore } from "./store.ts";
import type { Delivery } from "./wire.ts";

/**
 * Lets each thing that a workflow tells its agent happen once. A step that tells something may run
 * again after a crash; its first attempt is always new, and a later one counts only when none before
 * it came to its end. What was done and the mark of it are written in one turn, so neither is there
 * without the other, unless the agent waits for something between its last write and its return.
 */
export class Deliveries {
  readonly #store: WorkflowStore;
  readonly #running = new Map<string, Promise<void>>();

  constructor(store: WorkflowStore) {
    this.#store = store;
  }

  /** Does `work` unless it was done for an earlier attempt of the same step. */
  once({ attempt, key, workflowId }: Delivery, work: () => Promise<void>): Promise<void> {
    const isDone = this.#store.hasMark(workflowId, key);
    const name = JSON.stringify([workflowId, key]);
    if (attempt > 1) {
      if (isDone) return Promise.resolve();
      const running = this.#running.get(name);
      if (running) return running;
    } else if (isDone) {
      // The workflow was restarted, and has come to this step anew.
      this.#store.unmark(workflowId, key);
    }
    const done = this.#do(workflowId, key, work).finally(() => {
      if (this.#running.get(name) === done) this.#running.delete(name);
    });
    this.#running.set(name, done);
    return done;
  }

  async #do(workflowId: string, key: string, work: () => Promise<void>): Promise<void> {
    await work();
    this.#store.mark(workflowId, key);
  }
}
