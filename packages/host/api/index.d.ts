import {
  AssetsConfig,
  BackupManifest,
  BackupReport,
  Binding,
  BindingContext,
  ClassDeclaration,
  ClassStorage,
  Clock,
  CreatedClass,
  createLogger,
  Durability,
  DurableObjectBinding,
  DurableObjectStorage,
  EmailOutcome,
  EmailTransport,
  Host,
  HostLimits,
  HostOptions,
  HtmlHandling,
  HttpLimits,
  IdleTimes,
  IncomingEmail,
  ListedObject,
  ListenOptions,
  ListObjectsOptions,
  LogFields,
  Logger,
  LoggerOptions,
  LogLevel,
  MigrationStep,
  ObjectLimits,
  OutgoingEmail,
  PackageClass,
  PackageNamespace,
  PackageObjectContext,
  Random,
  Remote,
  ScheduledEvent,
  SendEmailConfig,
  SocketLimits,
  StorageLimits,
  systemClock,
  systemRandom,
  Timer,
  VectorizeConfig,
  WorkerLoader,
  WorkerModule,
  WorkflowConfig,
  WranglerConfig,
} from "./shared.js";
interface ReadConfigOptions {
  /** Name of an environment in the file, "" for none. Default: the variable `CLOUDFLARE_ENV`, or none. */
  readonly environment?: string;
  /** Files of secrets, in the place of `.dev.vars` and `.env` beside the configuration. */
  readonly envFiles?: readonly string[];
}
/** A configuration, and what of it the host leaves undone, one sentence each. */
interface ReadConfig {
  readonly config: WranglerConfig;
  readonly warnings: readonly string[];
}
/**
 * Reads `wrangler.jsonc`, `wrangler.json` or `wrangler.toml`, and the secrets beside it.
 *
 * @throws FreeholdError `CONFIG_UNREADABLE`, `CONFIG_SYNTAX`, `CONFIG_INVALID`,
 *   `CONFIG_ENVIRONMENT_UNKNOWN`; each names the file, and the line and field where they are known.
 *
 * @example
 * ```ts
 * const { config, warnings } = await readWranglerConfig("/app/wrangler.jsonc");
 * for (const warning of warnings) console.warn(warning);
 * ```
 */
declare function readWranglerConfig(file: string, options?: ReadConfigOptions): Promise<ReadConfig>;
/**
 * Starts a host: opens the data directory, loads the Worker, wakes what is overdue.
 *
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE`, `CLASS_NOT_EXPORTED`, `WORKER_FAILED_TO_LOAD` and
 *   the other errors of the loader, `ASSETS_UNREADABLE`, `LIMIT_INVALID`
 *
 * @example
 * ```ts
 * const { config } = await readWranglerConfig("wrangler.jsonc");
 * const host = await createHost({
 *   worker: loadModule("src/worker.ts"),
 *   config,
 *   dataDirectory: ".freehold",
 * });
 * console.log((await host.listen({ port: 8787 })).url);
 * process.once("SIGTERM", () => host.close());
 * ```
 */
declare function createHost(options: HostOptions): Promise<Host>;
/** A message in a local mailbox. */
interface KeptEmail extends Omit<OutgoingEmail, "raw"> {
  /** Grows by one with each message. */
  readonly id: number;
  /** When it was sent, in milliseconds since the epoch. */
  readonly time: number;
  readonly subject: string;
  /** Size of the message. */
  readonly bytes: number;
  /** Absolute path of the message, an `.eml` file. */
  readonly file: string;
}
interface MailboxOptions {
  /** The host's data directory. */
  readonly dataDirectory: string;
  readonly clock: Pick<Clock, "now">;
  readonly log?: Logger;
  /** The log says of each message where it is. Default false: of the first, that it reaches nobody. */
  readonly development?: boolean;
  /** Most messages that are kept. Default 1,000; then the oldest go. */
  readonly messages?: number;
  /** Most bytes that are kept. Default 256 MiB; then the oldest go. */
  readonly bytes?: number;
}
/**
 * A mailbox in the data directory: nothing leaves the machine. Each message is an `.eml` file in
 * `mail`, and a line of `mail/index.jsonl`.
 */
declare function localMailbox(options: MailboxOptions): EmailTransport;
/** What the local mailbox of a data directory holds, the oldest first. */
declare function listMailbox(dataDirectory: string): Promise<readonly KeptEmail[]>;
/** A message as people read it. */
interface ReadEmail {
  /** As its `From` says: `Ada <ada@example.com>`. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  /** Without trailing line ends. `undefined` when it has none. */
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** By name in lower case; of several the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly ReadAttachment[];
}
interface ReadAttachment {
  readonly filename: string | undefined;
  readonly type: string;
  /** `attachment`, `inline`, or what else the message says. */
  readonly disposition: string | undefined;
  /** With its angle brackets. */
  readonly contentId: string | undefined;
  readonly content: Uint8Array;
}
/** Reads the text of a message. */
declare function readEmail(raw: OutgoingEmail["raw"]): Promise<ReadEmail>;
/**
 * Hands messages to a mail server. `smtps` speaks TLS from the beginning (port 465); `smtp` (port 587)
 * goes over to it when the server can, and must do so before a password is sent to another machine.
 *
 * @param url `smtps://user:password@mail.example.com`, with what is special in user and password
 *   percent-encoded. It is named in no log and no error.
 * @throws FreeholdError `SMTP_URL_INVALID`; its `send` rejects with `E_DELIVERY_FAILED`,
 *   `E_RECIPIENT_NOT_ALLOWED`.
 *
 * @example
 * ```ts
 * const transport = smtpTransport("smtps://agents:secret@mail.example.com");
 * ```
 */
declare function smtpTransport(url: string): EmailTransport;
/** Details that every {@link FreeholdError} carries. */
interface FreeholdErrorOptions {
  /** What the reader can do about it: one sentence. */
  readonly help: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}
/**
 * Base of all errors that the host raises on its own account. Errors whose class and text belong to
 * the Durable Object contract are plain errors and come from `contract-errors.ts`.
 *
 * @example
 * ```ts
 * try {
 *   await createHost(options);
 * } catch (error) {
 *   if (error instanceof FreeholdError) console.error(error.code, error.help);
 * }
 * ```
 */
declare class FreeholdError extends Error {
  readonly name = "FreeholdError";
  /** Stable and machine-readable, such as `CONFIG_INVALID`. Never changes once released. */
  readonly code: string;
  /** What the reader can do about it: one sentence. */
  readonly help: string;
  constructor(code: string, message: string, options: FreeholdErrorOptions);
}
/**
 * Turns TypeScript, JSX or decorators of user code into JavaScript, with an inline source map.
 * `undefined` leaves the file to Node.
 */
type SourceTransform = (source: string, path: string) => string | undefined;
interface HookOptions {
  /** For files of the user's own tree. Default: Node's type stripping alone. */
  readonly transform?: SourceTransform | undefined;
}
/**
 * Teaches Node's loader the `cloudflare:*` modules, for `import` and `require` alike, and the versions
 * of user code: a file that was loaded with `?v=N` passes `N` on to the files that it imports by a
 * relative path, so that a reload loads the user's tree anew and packages only once.
 *
 * May be called again: the last `transform` given applies.
 */
declare function installHooks(options?: HookOptions): void;
/** How much may run at the same time, at the fewest and at most. */
interface PaceBounds {
  /** However slow the machine is, so many go on. */
  readonly fewest: number;
  readonly most: number;
}
/**
 * How much may run at a time from now on: one more after a turn of the event loop that was short, half as
 * much after one that was long. What runs at the same time ends at the same time, so that what is done in
 * one turn grows with its number, whatever it is that is done.
 *
 * @param running how much might run until now
 * @param turnMs how long the turn took
 *
 * @example
 * ```ts
 * const bounds = { fewest: 4, most: 128 };
 * nextPace(16, 1, bounds); // 17
 * nextPace(16, 50, bounds); // 8
 * ```
 */
declare function nextPace(running: number, turnMs: number, { fewest, most }: PaceBounds): number;
/** @throws DOMException `DataCloneError` for functions, symbols, most objects of the platform. */
declare function encodeValue(value: unknown): Uint8Array;
declare function decodeValue(bytes: Uint8Array): unknown;
/**
 * Loads a Worker from a file: JavaScript, or TypeScript that Node can strip. Each call of the loader
 * loads the file, and what it imports by relative paths, anew.
 *
 * @param file path of the entry.
 * @throws FreeholdError (the loader) `MODULE_NOT_FOUND`, `WORKER_FAILED_TO_LOAD`
 *
 * @example
 * ```ts
 * const host = await createHost({ worker: loadModule("dist/worker.js"), config, dataDirectory: ".freehold" });
 * ```
 */
declare function loadModule(file: string, options?: HookOptions): WorkerLoader;
export {
  type AssetsConfig,
  type BackupManifest,
  type BackupReport,
  type Binding,
  type BindingContext,
  type ClassDeclaration,
  type ClassStorage,
  type Clock,
  type CreatedClass,
  createHost,
  createLogger,
  decodeValue,
  type Durability,
  type DurableObjectBinding,
  type DurableObjectStorage,
  type EmailOutcome,
  type EmailTransport,
  encodeValue,
  FreeholdError,
  type FreeholdErrorOptions,
  type HookOptions,
  type Host,
  type HostLimits,
  type HostOptions,
  type HtmlHandling,
  type HttpLimits,
  type IdleTimes,
  type IncomingEmail,
  installHooks,
  type KeptEmail,
  type ListedObject,
  type ListenOptions,
  listMailbox,
  type ListObjectsOptions,
  loadModule,
  localMailbox,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type MailboxOptions,
  type MigrationStep,
  nextPace,
  type ObjectLimits,
  type OutgoingEmail,
  type PaceBounds,
  type PackageClass,
  type PackageNamespace,
  type PackageObjectContext,
  type Random,
  type ReadAttachment,
  type ReadConfig,
  type ReadConfigOptions,
  readEmail,
  type ReadEmail,
  readWranglerConfig,
  type Remote,
  type ScheduledEvent,
  type SendEmailConfig,
  smtpTransport,
  type SocketLimits,
  type SourceTransform,
  type StorageLimits,
  systemClock,
  systemRandom,
  type Timer,
  type VectorizeConfig,
  type WorkerLoader,
  type WorkerModule,
  type WorkflowConfig,
  type WranglerConfig,
};