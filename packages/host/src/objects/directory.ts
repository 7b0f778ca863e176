import type { AlarmTarget } from "../alarms/alarms.ts";
import type { WorkerVersion } from "../worker/version.ts";
import type { ObjectKey } from "./key.ts";

/** A call on an object. `path` is `["method"]` or `["property", "method"]`. */
export interface RpcCall {
  readonly path: readonly string[];
  /** Absent for a property read. */
  readonly args?: readonly unknown[];
}

/** One object as the rest of the host sees it. Calls made on one handle start in order. */
export interface ObjectHandle {
  fetch(request: Request): Promise<Response>;
  rpc(call: RpcCall): Promise<unknown>;
}

/** Where an object belongs: its namespace's class in the current version of the code. */
export interface ObjectAddress {
  readonly key: ObjectKey;
  readonly className: string;
  readonly name: string | undefined;
}

/**
 * All objects of a host: at most one activation for each id, made when an event needs it and ended
 * when idle (hibernation after 10 s when sockets are open, eviction after 70 s otherwise).
 */
export interface ObjectDirectory extends AlarmTarget {
  handle(address: ObjectAddress): ObjectHandle;
  /** New code: old activations drain for `drainMs` while new events wait, then end as `codeUpdated`. */
  replace(version: WorkerVersion, drainMs: number): Promise<void>;
  /** Ends all activations after `drainMs`. Commits and syncs everything. */
  close(drainMs: number): Promise<void>;
}
