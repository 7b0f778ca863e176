import {
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
  DurableObjectStorage,
  EmailOutcome,
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
  PackageClass,
  PackageNamespace,
  PackageObjectContext,
  Random,
  Remote,
  ScheduledEvent,
  SocketLimits,
  StorageLimits,
  systemClock,
  systemRandom,
  Timer,
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
  type ListedObject,
  type ListenOptions,
  type ListObjectsOptions,
  loadModule,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type MigrationStep,
  type ObjectLimits,
  type PackageClass,
  type PackageNamespace,
  type PackageObjectContext,
  type Random,
  type ReadConfig,
  type ReadConfigOptions,
  readWranglerConfig,
  type Remote,
  type ScheduledEvent,
  type SocketLimits,
  type SourceTransform,
  type StorageLimits,
  systemClock,
  systemRandom,
  type Timer,
  type WorkerLoader,
  type WorkerModule,
  type WorkflowConfig,
  type WranglerConfig,
};