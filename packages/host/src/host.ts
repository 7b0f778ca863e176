import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Binding } from "./bindings/binding.ts";
import type { Clock } from "./clock.ts";
import type { WranglerConfig } from "./config/wrangler.ts";
import type { Durability } from "./journal/journal.ts";
import type { Logger } from "./log.ts";
import type { IdleTimes } from "./objects/idle.ts";
import type { Random } from "./random.ts";

/** The user's module: its namespace object, with `default` and the exported classes. */
export type WorkerModule = Readonly<Record<string, unknown>>;

/** How to get the user's module. Called once for each version of the code. */
export type WorkerLoader = (version: number) => Promise<WorkerModule>;

export interface HostOptions {
  /** Loads the Worker. See `loadModule` for a file, or pass a function for modules in memory. */
  readonly worker: WorkerLoader;
  readonly config: WranglerConfig;
  /** Where objects live. Made when absent. */
  readonly dataDirectory: string;
  /** Default `strict`. */
  readonly durability?: Durability;
  /** Development: stacks in answers, 1 s to drain. Default false. */
  readonly development?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Default: standard error, for people on a terminal and as JSON otherwise. */
  readonly log?: Logger;
  /** What packages add to `env`. */
  readonly bindings?: readonly Binding[];
  /** How long idle objects stay in memory. Default 10 s with open sockets, 70 s without. */
  readonly idle?: Partial<IdleTimes>;
  /** Largest request body, in bytes. Default 100 MiB. */
  readonly bodyLimitBytes?: number;
  /** Addresses or ranges of proxies whose forwarding headers are believed. Default none. */
  readonly trustedProxies?: readonly string[];
  /** Origins whose pages may open sockets with this site's cookies. Default: only the site's own. */
  readonly allowedOrigins?: readonly string[];
}

export interface ListenOptions {
  /** Default 8787. With 0 the system picks one. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
}

/** A running host. */
export interface Host {
  /** A request from outside: assets first, then the Worker. */
  fetch(request: Request): Promise<Response>;
  /** @throws FreeholdError `LISTEN_FAILED` */
  listen(options?: ListenOptions): Promise<{ readonly url: string; readonly port: number }>;
  /** Answers a request of somebody else's `node:http` server. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Answers a WebSocket handshake of such a server. False, and untouched, when it is none. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * Loads the code anew and swaps it in; open hibernatable sockets stay. When the new code fails to
   * load, the promise rejects and the old code goes on.
   */
  reload(worker?: WorkerLoader): Promise<void>;
  /** Stops taking events, drains, makes everything durable and closes. Safe to call twice. */
  close(): Promise<void>;
}
