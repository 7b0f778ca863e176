import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Binding } from "./bindings/binding.ts";
import type { Clock } from "./clock.ts";
import type { WranglerConfig } from "./config/wrangler.ts";
import type { EmailTransport } from "./email/email.ts";
import type { Durability } from "./journal/journal.ts";
import type { HostLimits } from "./limits.ts";
import type { Logger } from "./log.ts";
import type { IdleTimes } from "./objects/idle.ts";
import type { Random } from "./random.ts";
import type { BackupReport } from "./storage/backup.ts";
import type { EmailOutcome, IncomingEmail } from "./worker/email-event.ts";

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
  /**
   * How long objects can be brought back to earlier moments (`getBookmarkForTime` and its kin), in
   * milliseconds. Default 0: not at all. Costs disk space: everything that was written in that time.
   */
  readonly recoveryMs?: number;
  /** Development: stacks in answers, 1 s to drain. Default false. */
  readonly development?: boolean;
  /**
   * Answers `/cdn-cgi/handler/email` and `/cdn-cgi/handler/scheduled`, which set off those handlers.
   * Whoever reaches the port can use them. Default: in development.
   */
  readonly eventRoutes?: boolean;
  /** Whether `scheduled` runs by the patterns of the configuration. Default true. */
  readonly crons?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Default: standard error, for people on a terminal and as JSON otherwise. */
  readonly log?: Logger;
  /**
   * Takes e-mail out of the host: what `env.X.send`, `message.reply` and `message.forward` are given.
   * The host closes it. Default: a mailbox in the data directory, and nothing leaves the machine.
   */
  readonly email?: EmailTransport;
  /** What packages add to `env`. */
  readonly bindings?: readonly Binding[];
  /**
   * How long idle objects stay in memory. Default 10 s with open sockets, 70 s without; `Infinity`
   * keeps them resident.
   */
  readonly idle?: Partial<IdleTimes>;
  /** What clients and programs may do. Default Cloudflare's limits. */
  readonly limits?: Partial<HostLimits>;
  /** Whether sockets compress what is sent (permessage-deflate). Default false. */
  readonly socketCompression?: boolean;
  /**
   * Scheme and host that requests have, such as `https://chat.example`, whatever clients and proxies
   * say. Default: what they say.
   */
  readonly publicUrl?: string;
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

/** One run of a Worker's `scheduled` handler. */
export interface ScheduledEvent {
  /** The pattern that it is due by. Default none. */
  readonly cron?: string;
  /** Milliseconds since the epoch. Default now. */
  readonly scheduledTime?: number;
}

/** A running host. */
export interface Host {
  /** A request from outside: assets first, then the Worker. */
  fetch(request: Request): Promise<Response>;
  /**
   * Gives a message to the Worker's `email` handler. Rejects with what the handler throws.
   *
   * @throws FreeholdError `EMAIL_TOO_LARGE`
   */
  email(email: IncomingEmail): Promise<EmailOutcome>;
  /** Gives a batch of messages to the Worker's `queue` handler. Rejects with what it throws. */
  queue(batch: object): Promise<void>;
  /** Runs the Worker's `scheduled` handler. Rejects with what it throws. */
  scheduled(event?: ScheduledEvent): Promise<void>;
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
  /**
   * Copies everything that objects have stored, or one object and its facets, into a new folder while
   * they are in use. Each object is as it was at one moment; what was durable before is in it. Pass the
   * report to `completeBackup` of `@freehold/host/data`, which makes the backup whole.
   *
   * @param only `Class/name`, `Class/id` or an id. Default all.
   * @throws FreeholdError `BACKUP_EXISTS`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`
   */
  backup(target: string, only?: string): Promise<BackupReport>;
  /**
   * Brings an object back to where it was at a moment, within `recoveryMs`: it is reset, and starts so.
   *
   * @param wanted `Class/name`, `Class/id` or an id
   * @param moment a time in milliseconds since the epoch, or a bookmark
   * @returns a bookmark that takes it back
   * @throws FreeholdError `RECOVERY_OFF`, `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`, `BOOKMARK_UNKNOWN`,
   *   `BOOKMARK_INVALID`
   */
  restore(wanted: string, moment: number | string): Promise<string>;
  /** Stops taking events, drains, makes everything durable and closes. Safe to call twice. */
  close(): Promise<void>;
}
