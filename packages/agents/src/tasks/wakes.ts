import { isOwnedWithin, storedOwner } from "../jobs/owner.ts";
import type { InternalServices, LifecycleRouteAddress } from "../lifecycle/capability.ts";

/** Name of the job that looks at a run. */
const WAKE_FN = "wake";

/** What a nested object tells the outermost one, which has the alarm. */
export type WakeMessage =
  | { readonly op: "wake"; readonly runId: string; readonly time: number }
  | { readonly op: "settled"; readonly runId: string };

/** The wake-ups of runs: one job a run, in the outermost object. */
export class Wakes {
  readonly #services: () => InternalServices;

  constructor(services: () => InternalServices) {
    this.#services = services;
  }

  /** Whether the runs' wake-ups are kept by another object. */
  get areRemote(): boolean {
    return this.#services().routes.source !== undefined;
  }

  /** Sees to a run at `time`, in milliseconds. Stored before this returns, unless it is remote. */
  async set(runId: string, time: number): Promise<void> {
    const { routes } = this.#services();
    if (routes.source) await routes.toRoot({ op: "wake", runId, time } satisfies WakeMessage);
    else await this.#push(undefined, runId, time);
  }

  /** The run has ended. */
  async clear(runId: string): Promise<void> {
    const { jobs, routes } = this.#services();
    if (routes.source) await routes.toRoot({ op: "settled", runId } satisfies WakeMessage);
    else await jobs.cancel(jobId(undefined, runId));
  }

  /** Does what a nested object asks for. */
  async serve(owner: LifecycleRouteAddress, message: WakeMessage): Promise<void> {
    if (message.op === "wake") await this.#push(owner, message.runId, message.time);
    else await this.#services().jobs.cancel(jobId(owner, message.runId));
  }

  /** Makes sure that each run is seen to at its time, after a start. */
  async restore(runs: readonly { readonly run_id: string; readonly next_at: number | null }[]) {
    const { clock, jobs, routes } = this.#services();
    const stored = new Map(
      routes.source ? [] : jobs.list(WAKE_FN).map(({ id, time }) => [id, time]),
    );
    for (const { run_id: runId, next_at: nextAt } of runs) {
      const time = nextAt ?? clock.now();
      if (stored.get(jobId(undefined, runId)) !== time) await this.set(runId, time);
    }
  }

  /** Removes the wake-ups of objects inside this one. */
  async forget(prefix: string): Promise<void> {
    const { jobs } = this.#services();
    for (const { id, payload } of jobs.list(WAKE_FN)) {
      if (isOwnedWithin(payload, prefix)) await jobs.cancel(id);
    }
  }

  async #push(
    owner: LifecycleRouteAddress | undefined,
    runId: string,
    time: number,
  ): Promise<void> {
    await this.#services().jobs.push({
      ...{ id: jobId(owner, runId), fn: WAKE_FN, time, retry: { maxAttempts: 1 } },
      payload: { runId, ...(owner ? storedOwner(owner) : {}) },
    });
  }
}

function jobId(owner: LifecycleRouteAddress | undefined, runId: string): string {
  return owner ? `task:${owner.key}:${runId}` : `task:${runId}`;
}
