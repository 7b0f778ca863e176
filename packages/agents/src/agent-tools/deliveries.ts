import { messageOf } from "../errors.ts";
import { infoOf, lifecycleResultOf } from "./frames.ts";
import type { AgentToolHost } from "./host.ts";
import { readMilestoneWish } from "./options.ts";
import type { RunRow, RunStore, Slot } from "./store.ts";
import type { AgentToolMilestone } from "./types.ts";

/** How long a delivery may take before it counts as having died half-way. */
const LEASE_MS = 60_000;

/**
 * Tells the owner of a detached run of its end, once: a mark is stored before and after. A life that
 * ends between the two tells again, so that nothing is lost.
 */
export class Deliveries {
  readonly #host: AgentToolHost;
  readonly #store: RunStore;

  constructor(host: AgentToolHost, store: RunStore) {
    this.#host = host;
    this.#store = store;
  }

  /** @param serialize Whether it may have to wait for a turn of the agent. */
  async deliver(runId: string, slot: Slot, serialize: boolean): Promise<void> {
    const { clock } = this.#host;
    if (!this.#store.claim(runId, slot, clock.now(), LEASE_MS)) return;
    const run = this.#store.find(runId);
    if (!run) return;
    try {
      await this.#host.deliver(() => this.#tell(run), serialize);
    } catch (error) {
      this.#host.emit("agent_tool:detached:delivery_failed", {
        ...{ runId, kind: slot, status: run.status, error: messageOf(error) },
        ...(run.detached_on_finish === null ? {} : { callback: run.detached_on_finish }),
      } as never);
      await this.#host.onError(error);
    }
    this.#store.delivered(runId, slot, clock.now());
  }

  /** Tells the owner of milestones that it wished to hear of; telling again is harmless. */
  async milestones(run: RunRow, reached: readonly AgentToolMilestone[]): Promise<void> {
    const wish = readMilestoneWish(run.detached_on_milestones);
    if (!wish) return;
    for (const milestone of reached) {
      if (!wish.names.includes(milestone.name)) continue;
      await this.#host.onMilestone(infoOf(run), milestone, wish.mode);
    }
  }

  async #tell(run: RunRow): Promise<void> {
    const [info, result] = [infoOf(run), lifecycleResultOf(run)];
    await this.#host.onFinish(info, result);
    if (run.detached_on_finish !== null && this.#host.hasMethod(run.detached_on_finish)) {
      await this.#host.callMethod(run.detached_on_finish, info, result);
    }
  }
}
