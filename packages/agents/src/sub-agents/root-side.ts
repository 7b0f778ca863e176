import type { LifecycleJobOutcome, LifecycleJobs } from "../jobs/job.ts";
import { storedOwner } from "../jobs/owner.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";
import { CloseCode, CloseReason } from "../wire.ts";
import { type FacetRuns, RUNS_FN } from "./facet-runs.ts";
import type { DownwardMessage, UpwardMessage } from "./messages.ts";
import { type AgentPath, addressOf, isPath, isWithin, pathKey, readPath } from "./path.ts";
import type { RootSockets } from "./root-sockets.ts";

/** Names of the jobs. */
const WAKE_FN = "wake";
const DELETE_FN = "delete";
/** How long a deletion may take before it counts as having died half-way. */
const DELETE_AGAIN_MS = 10_000;

/** A capability that keeps things of nested agents in the outermost one. */
export interface RouteCleanup {
  /** Removes what it keeps of the agent with this key, and of those inside it. */
  __DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix: string): Promise<void>;
}

/** What being the outermost agent needs. */
export interface RootPorts {
  readonly jobs: LifecycleJobs;
  readonly now: () => number;
  readonly sockets: RootSockets;
  readonly runs: FacetRuns;
  readonly cleanups: () => readonly RouteCleanup[];
  readonly send: (target: LifecycleRouteAddress, message: DownwardMessage) => Promise<unknown>;
  /** Deletes a child of an agent in the tree; true when a newer one has taken its place. */
  readonly deleteAt: (path: AgentPath, createdAt: number | undefined) => Promise<unknown>;
}

/** What the outermost agent keeps and does for all inside it. */
export class RootSide {
  readonly #ports: RootPorts;

  constructor(ports: RootPorts) {
    this.#ports = ports;
  }

  /** Answers an agent in the tree; the outermost itself has no address. */
  async serve(source: LifecycleRouteAddress | undefined, message: UpwardMessage): Promise<unknown> {
    const { sockets } = this.#ports;
    switch (message.op) {
      case "sockets":
        return sockets.metas(pathKey(message.path));
      case "condemn":
        return this.#condemn(message.path, message.createdAt);
      case "buried":
        return this.#buried(message.path);
      default:
        return source && this.#serveFacet(source, message);
    }
  }

  async #serveFacet(source: LifecycleRouteAddress, message: UpwardMessage): Promise<unknown> {
    const { jobs, runs, sockets } = this.#ports;
    switch (message.op) {
      case "frames":
        return sockets.apply(source.key, message.frames);
      case "destroy":
        return this.#destroy(source, message.inMilliseconds);
      case "alarmTime":
        return jobs.get(wakeId(source.key))?.time ?? null;
      case "alarm":
        return this.#setAlarm(source, message.time);
      case "fiberBegun":
        return runs.add(source, message.runId);
      case "fiberEnded":
        return runs.remove(source.key, message.runId);
      default:
        return undefined;
    }
  }

  /** Runs one of the jobs. */
  async run(fn: string, payload: unknown): Promise<LifecycleJobOutcome> {
    const { deleteAt, runs, send } = this.#ports;
    if (fn === RUNS_FN) return runs.run();
    const { createdAt, path } = payload as { path?: unknown; createdAt?: number };
    if (!isPath(path)) return undefined;
    if (fn === WAKE_FN) await send(addressOf(path), { op: "wake" });
    else if (fn === DELETE_FN && (await deleteAt(path, createdAt)) !== true) {
      await this.forget(pathKey(path));
    }
    return undefined;
  }

  /** Removes everything that is kept of an agent and of those inside it. */
  async forget(prefix: string): Promise<void> {
    const { cleanups, jobs, runs, sockets } = this.#ports;
    sockets.closeWithin(prefix, CloseCode.GOING_AWAY, CloseReason.SUB_AGENT_DELETED);
    for (const capability of cleanups()) {
      await capability.__DO_NOT_USE_WILL_BREAK__cleanupRoutePrefix(prefix);
    }
    await runs.forget(prefix);
    for (const { fn, id, payload } of jobs.list()) {
      const { path } = payload as { path?: unknown };
      const key = isPath(path) ? pathKey(path) : undefined;
      if (key === undefined || !isWithin(key, prefix)) continue;
      if (fn === WAKE_FN || key !== prefix) await jobs.cancel(id);
    }
  }

  /** A job that survives: a deletion that dies half-way is finished by the alarm. */
  async #condemn(path: AgentPath, createdAt: number): Promise<void> {
    const { jobs, now } = this.#ports;
    await jobs.push({
      ...{ id: deleteId(path), fn: DELETE_FN, time: now() + DELETE_AGAIN_MS },
      payload: { path, createdAt },
    });
    await this.forget(pathKey(path));
  }

  async #buried(path: AgentPath): Promise<void> {
    // Once more: what the agent sent before it was stopped may have come later.
    await this.forget(pathKey(path));
    await this.#ports.jobs.cancel(deleteId(path));
  }

  async #destroy(source: LifecycleRouteAddress, inMilliseconds: number): Promise<void> {
    const { deleteAt, jobs, now } = this.#ports;
    const path = readPath(source.data);
    if (!path) return;
    if (inMilliseconds === 0) return void (await deleteAt(path, undefined));
    await jobs.push({
      ...{ id: deleteId(path), fn: DELETE_FN, time: now() + inMilliseconds },
      payload: { path },
    });
  }

  async #setAlarm(source: LifecycleRouteAddress, time: number | null): Promise<void> {
    const { jobs } = this.#ports;
    const path = readPath(source.data);
    if (time === null || !path) return void (await jobs.cancel(wakeId(source.key)));
    await jobs.push({
      ...{ id: wakeId(source.key), fn: WAKE_FN, time, retry: { maxAttempts: 1 } },
      payload: { path, ...storedOwner(source) },
    });
  }
}

function wakeId(key: string): string {
  return `sub-agent-alarm:${key}`;
}

function deleteId(path: AgentPath): string {
  return `sub-agent-delete:${pathKey(path)}`;
}
