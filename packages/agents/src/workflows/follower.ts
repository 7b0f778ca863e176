import type { Clock } from "../clock.ts";
import { STATUS_EVENTS, statusAfterEvent } from "./decide.ts";

/** How an instance stands. */
export type Standing = Pick<InstanceStatus, "status" | "error">;

/** An instance, as far as following it needs. */
export interface FollowedInstance {
  status(): Promise<Standing>;
  /** Absent where the platform does not tell of events. */
  subscribe?(options: {
    cursor?: number;
    filter: string[];
  }): Promise<{ next(): Promise<IteratorResult<FollowedEvent, unknown>> }>;
}

/** An event of an instance. */
export interface FollowedEvent {
  readonly eventId: number;
  readonly type: string;
  readonly error?: { readonly name: string; readonly message: string };
}

/** What following workflows needs. */
export interface FollowerPorts {
  readonly clock: Clock;
  instance(workflowName: string, workflowId: string): Promise<FollowedInstance>;
  /** Id of the last event that was looked at. */
  cursor(workflowId: string): number | undefined;
  /** How an instance stands now, after the event with this id. False ends the following. */
  stands(workflowId: string, standing: Standing, eventId: number | undefined): boolean;
}

/** So many workflows are followed at a time; the others are looked at when something is heard of them. */
const MOST = 100;
/** What happened is written down when nothing has happened for so many milliseconds. */
const QUIET_MS = 20;

/**
 * Keeps the agent's rows in step with what happens to instances while the agent is awake, whoever did
 * it: events are read after the last one that was looked at, so a next life of the agent goes on there.
 */
export class Follower {
  readonly #ports: FollowerPorts;
  readonly #followed = new Set<string>();

  constructor(ports: FollowerPorts) {
    this.#ports = ports;
  }

  follow(workflowName: string, workflowId: string): void {
    if (this.#followed.has(workflowId) || this.#followed.size >= MOST) return;
    this.#followed.add(workflowId);
    // Nobody waits for this, and it must not keep the agent awake.
    void this.#read(workflowName, workflowId)
      .catch((error: unknown) => {
        console.warn(`[Agent] Workflow ${workflowId} is no longer followed:`, error);
      })
      .finally(() => this.#followed.delete(workflowId));
  }

  async #read(workflowName: string, workflowId: string): Promise<void> {
    const { clock, cursor, instance, stands } = this.#ports;
    const found = await instance(workflowName, workflowId);
    if (!stands(workflowId, await found.status(), undefined)) return;
    if (typeof found.subscribe !== "function") return;
    const from = cursor(workflowId);
    const subscription = await found.subscribe({
      ...(from !== undefined && { cursor: from }),
      filter: [...STATUS_EVENTS],
    });
    let last: { readonly standing: Standing; readonly eventId: number } | undefined;
    let wantsMore = true;
    let cancel: (() => void) | undefined;
    const write = () => {
      cancel?.();
      cancel = undefined;
      if (last) wantsMore = stands(workflowId, last.standing, last.eventId) && wantsMore;
      last = undefined;
    };
    while (wantsMore) {
      const { done, value } = await subscription.next();
      if (done) break;
      const standing = statusAfterEvent(value.type, value.error);
      if (standing) last = { standing, eventId: value.eventId };
      cancel?.();
      cancel = clock.after(QUIET_MS, write);
    }
    write();
  }
}
