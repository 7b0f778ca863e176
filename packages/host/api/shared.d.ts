import {
  IncomingMessage,
  ServerResponse,
} from "node:http";
import {
  Duplex,
} from "node:stream";
/** A timer that was set on a {@link Clock}. */
interface Timer {
  /** Takes the timer back. Does nothing once it has fired. */
  cancel(): void;
}
/**
 * Time as the host sees it. Nothing in the host reads the machine's time by another way.
 *
 * - `now` MUST be milliseconds since the Unix epoch and MUST NOT go back within one process.
 * - `setTimer` MUST NOT call back before `delayMs` have passed on this clock, MUST NOT call back
 *   synchronously, and MUST call timers back in order of their due times.
 * - A timer MUST NOT keep the process alive by itself.
 */
interface Clock {
  now(): number;
  setTimer(callback: () => void, delayMs: number): Timer;
}
/** The machine's own clock. */
declare const systemClock: Clock;
type LogLevel = "debug" | "info" | "warn" | "error";
/** Where the host tells what happens. Never throws and never waits. */
interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
type LogFields = Readonly<Record<string, unknown>>;
interface LoggerOptions {
  /** The least important level that is written. Default `info`. */
  readonly level?: LogLevel;
  readonly now: () => number;
  /** Takes one line, without its end. Default standard error. */
  readonly write?: (line: string) => void;
  /** For people (default on a terminal) or one JSON object a line. */
  readonly pretty?: boolean;
}
/** A logger that writes one line, or a short block on a terminal, for each entry. */
declare function createLogger(options: LoggerOptions): Logger;
/**
 * Chance as the host sees it.
 *
 * - `bytes` MUST be fit for identifiers that nobody can guess.
 * - `fraction` MUST lie in [0, 1); it serves jitter only.
 */
interface Random {
  bytes(length: number): Uint8Array;
  fraction(): number;
}
/** The machine's own source of chance. */
declare const systemRandom: Random;
/** What a binding may use of the host that it is added to. */
interface BindingContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Absolute path of the host's data. A binding keeps its own in a folder of its own below it. */
  readonly dataDirectory: string;
}
/**
 * Something that a package adds to `env`: a model, an index, a workflow.
 *
 * - `create` is called once for each version of the code, before that code runs. What it answers is
 *   put into `env` under `name` as it is, so every event of that version sees the same object.
 * - `close` is called when the host closes, after the last event; it MUST be safe to call twice.
 *
 * @example
 * ```ts
 * const greeting: Binding = {
 *   name: "GREETING",
 *   create: () => ({ hello: (name: string) => `Hello ${name}` }),
 * };
 * ```
 */
interface Binding {
  /** The property of `env`. */
  readonly name: string;
  create(context: BindingContext): unknown;
  close?(): Promise<void>;
}
/** The fields of `wrangler.jsonc` that the host uses, validated and with defaults filled in. */
interface WranglerConfig {
  readonly name: string;
  /** Absolute path of the Worker's entry. */
  readonly main: string | undefined;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly durableObjects: readonly DurableObjectBinding[];
  /** Classes with durable storage, from `migrations` and `exports`. */
  readonly durableClasses: readonly string[];
  /** The history of the classes, oldest first. Default none. */
  readonly migrations?: readonly MigrationStep[];
  /** What `exports` says of classes. Default nothing. */
  readonly declaredClasses?: readonly ClassDeclaration[];
  /** When `scheduled` runs: patterns of five fields, in UTC. Default never. */
  readonly crons?: readonly string[];
  /** Bindings to Workers. A host runs one; others answer with an error. Default none. */
  readonly services?: readonly ServiceBinding[];
  readonly vars: Readonly<Record<string, unknown>>;
  /** From `.dev.vars` and its kin. They stand on `env` before `vars` of the same name. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly assets: AssetsConfig | undefined;
}
interface DurableObjectBinding {
  readonly name: string;
  readonly className: string;
}
interface ServiceBinding {
  readonly name: string;
  /** The name of a Worker. */
  readonly service: string;
  /** Default `default`. */
  readonly entrypoint?: string;
  /** `ctx.props` of the entrypoint. Default none. */
  readonly props?: object;
}
/** What a class keeps its data in: `sqlite`, or `key-value` (no SQL), fixed for the class's life. */
type ClassStorage = "sqlite" | "key-value";
interface CreatedClass {
  readonly className: string;
  readonly storage: ClassStorage;
}
/** A step in the history of the classes: applied once to a data directory. */
interface MigrationStep {
  readonly tag: string;
  readonly created: readonly CreatedClass[];
  /** Objects keep their ids, names, data and alarms. */
  readonly renamed: readonly {
    readonly from: string;
    readonly to: string;
  }[];
  /** All objects of the class are erased. */
  readonly deleted: readonly string[];
}
/** What should be true of a class. */
type ClassDeclaration = ({
  readonly state: "created";
} & CreatedClass) | {
  readonly state: "deleted";
  readonly className: string;
} | {
  readonly state: "renamed";
  readonly className: string;
  readonly to: string;
};
type HtmlHandling = "auto-trailing-slash" | "force-trailing-slash" | "drop-trailing-slash" | "none";
interface AssetsConfig {
  /** Absolute path. Absent when a bundler's output takes its place. */
  readonly directory: string | undefined;
  readonly binding: string | undefined;
  /** Default `auto-trailing-slash`. */
  readonly htmlHandling?: HtmlHandling;
  readonly notFoundHandling: "none" | "single-page-application" | "404-page";
  /** `true`, or patterns of paths; `*` matches anything and a leading `!` excludes. */
  readonly runWorkerFirst: boolean | readonly string[];
}
/**
 * Where an object lives: the one identity that storage, journal, alarms and sockets share.
 * Ownership is by id and never by name: a name is a property of the object, kept in the catalogue.
 */
interface ObjectKey {
  /** Unique name of the namespace on this host: `<worker name>-<class name>`. Safe as a file name. */
  readonly namespace: string;
  /** 64 lower-case hexadecimal digits. */
  readonly id: string;
}
/**
 * How hard a write is held before anything that depends on it may leave.
 *
 * - `strict`: nothing leaves before it is on disk.
 * - `relaxed`: leaves at once; on disk within {@link RELAXED_BOUND_MS}. A crash of the process loses
 *   nothing, a crash of the machine loses at most what was written within that bound.
 * - `memory`: never synced. For tests.
 */
type Durability = "strict" | "relaxed" | "memory";
/** What a client may send, and what may wait for it. */
interface HttpLimits {
  /** Largest request body, in bytes. Default 100 MiB; then 413. */
  readonly bodyBytes: number;
  /** Largest head of a request, in bytes. Default 128 KiB; then 431. Only of a host's own server. */
  readonly headBytes: number;
  /** Most header lines of a request. Default 1,000; then 431. */
  readonly headers: number;
  /** Longest path with query, in bytes. Default 16 KiB; then 414. */
  readonly urlBytes: number;
  /** Largest WebSocket message from a client, in bytes. Default 32 MiB; then close 1009. */
  readonly messageBytes: number;
  /** What may wait for a slow WebSocket client, in bytes. Default 64 MiB; then close 1013. */
  readonly waitingBytes: number;
}
/** What one object may store, and say in SQL. Past a limit SQLite refuses, with its own texts. */
interface StorageLimits {
  /** Largest database of an object, in bytes. Default 10 GB; then `SQLITE_FULL`. */
  readonly objectBytes: number;
  /** Largest row, string or BLOB, in bytes. Default 2,200,000; then `SQLITE_TOOBIG`. */
  readonly valueBytes: number;
  /** Longest SQL statement, in bytes. Default 100,000. */
  readonly sqlBytes: number;
  /** Most bound parameters of a statement. Default 100. */
  readonly sqlParameters: number;
  /** Most columns of a table or a result. Default 100. */
  readonly sqlColumns: number;
}
/** What a program may do with hibernatable sockets. */
interface SocketLimits {
  /** Most open sockets of one object. Default 32,768. */
  readonly socketsPerObject: number;
  /** Most tags of a socket. Default 10. */
  readonly tagsPerSocket: number;
  /** Longest tag, in bytes of UTF-8. Default 256. */
  readonly tagBytes: number;
  /** Largest attachment, serialized, in bytes. Default 16,384. */
  readonly attachmentBytes: number;
  /** Longest request and response of an automatic response, in bytes. Default 2,048. */
  readonly autoResponseBytes: number;
}
/** How long and how deep the work of an object may go. */
interface ObjectLimits {
  /** How long a critical section may take, in milliseconds. Default 30,000; then a reset. */
  readonly criticalSectionMs: number;
  /** Deepest nesting of critical sections. Default 64. */
  readonly criticalSectionDepth: number;
  /** Most calls of one object that wait for their start. Default 50,000; then `.overloaded`. */
  readonly queuedCalls: number;
  /** How long `waitUntil` keeps an object in memory, in milliseconds. Default 15 minutes. */
  readonly waitUntilMs: number;
  /** How long what leaves may wait for writes, in milliseconds. Default 30,000; then a reset. */
  readonly outputGateMs: number;
  /** How long an alarm's handler may take, in milliseconds. Default 15 minutes; then a retry. */
  readonly alarmMs: number;
  /** How often a failing alarm is tried again. Default 6; then it is dropped. */
  readonly alarmRetries: number;
  /** Deepest tree of facets, the object itself included. Default 4. */
  readonly facetDepth: number;
  /** Longest name of a facet, in bytes. Default 256. */
  readonly facetNameBytes: number;
  /** Largest arguments or result of a call, serialized, in bytes. Default 32 MiB. */
  readonly rpcBytes: number;
}
/**
 * What a host lets clients and programs do. The defaults are Cloudflare's numbers where Cloudflare
 * has one. Every limit is a positive whole number.
 *
 * @example
 * ```ts
 * const limits: Partial<HostLimits> = { bodyBytes: 1_000_000, alarmRetries: 3 };
 * const host = await createHost({ worker, config, dataDirectory: ".freehold", limits });
 * ```
 */
interface HostLimits extends HttpLimits, StorageLimits, SocketLimits, ObjectLimits {}
/** How long objects stay in memory without events. */
interface IdleTimes {
  /** With open hibernatable sockets and nothing that must stay. Default 10 seconds. */
  readonly hibernateAfterMs: number;
  /** Without. Default 70 seconds. */
  readonly evictAfterMs: number;
}
/** A message as it came in. */
interface IncomingEmail {
  /** The envelope's sender. */
  readonly from: string;
  /** The envelope's recipient. */
  readonly to: string;
  /** The whole message, headers first. At most 25 MiB. */
  readonly raw: Uint8Array;
}
/** What a Worker has made of a message. */
interface EmailOutcome {
  /** Why the message goes back to its sender. */
  readonly rejected: string | undefined;
  readonly forwarded: readonly {
    readonly to: string;
    readonly headers: Headers;
  }[];
  readonly replies: readonly {
    readonly from: string;
    readonly to: string;
    readonly raw: string;
  }[];
}
/** The user's module: its namespace object, with `default` and the exported classes. */
type WorkerModule = Readonly<Record<string, unknown>>;
/** How to get the user's module. Called once for each version of the code. */
type WorkerLoader = (version: number) => Promise<WorkerModule>;
interface HostOptions {
  /** Loads the Worker. See `loadModule` for a file, or pass a function for modules in memory. */
  readonly worker: WorkerLoader;
  readonly config: WranglerConfig;
  /** Where objects live. Made when absent. */
  readonly dataDirectory: string;
  /** Default `strict`. */
  readonly durability?: Durability;
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
  /** What packages add to `env`. */
  readonly bindings?: readonly Binding[];
  /** How long idle objects stay in memory. Default 10 s with open sockets, 70 s without. */
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
interface ListenOptions {
  /** Default 8787. With 0 the system picks one. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
}
/** One run of a Worker's `scheduled` handler. */
interface ScheduledEvent {
  /** The pattern that it is due by. Default none. */
  readonly cron?: string;
  /** Milliseconds since the epoch. Default now. */
  readonly scheduledTime?: number;
}
/** A running host. */
interface Host {
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
  listen(options?: ListenOptions): Promise<{
    readonly url: string;
    readonly port: number;
  }>;
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
export {
  AssetsConfig,
  Binding,
  BindingContext,
  ClassDeclaration,
  ClassStorage,
  Clock,
  CreatedClass,
  createLogger,
  Durability,
  DurableObjectBinding,
  EmailOutcome,
  Host,
  HostLimits,
  HostOptions,
  HtmlHandling,
  HttpLimits,
  IdleTimes,
  IncomingEmail,
  ListenOptions,
  LogFields,
  Logger,
  LoggerOptions,
  LogLevel,
  MigrationStep,
  ObjectKey,
  ObjectLimits,
  Random,
  ScheduledEvent,
  SocketLimits,
  StorageLimits,
  systemClock,
  systemRandom,
  Timer,
  WorkerLoader,
  WorkerModule,
  WranglerConfig,
};