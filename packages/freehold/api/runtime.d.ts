import {
  Binding,
  createLogger,
  Durability,
  Durability as Durability$1,
  EmailTransport,
  EmailTransport as EmailTransport$1,
  FreeholdError,
  Host,
  IdleTimes,
  IdleTimes as IdleTimes$1,
  Logger,
  LogLevel,
  OutgoingEmail,
  ReadAttachment,
  ReadConfig,
  readEmail,
  ReadEmail,
  readWranglerConfig,
  systemClock,
  WorkerLoader,
  WorkerModule,
  WranglerConfig,
  WranglerConfig as WranglerConfig$1,
} from "@freehold/host";
import {
  Eviction,
  provideModule,
  TestClock,
  TestClock as TestClock$1,
  TestHost,
  TestHost as TestHost$1,
  TestObject,
} from "@freehold/host/testing";
import {
  introspectionOf,
} from "@freehold/workflows";
/**
 * Bundles a Worker and all that it imports into one module, for projects that have no Vite. Where the
 * module stands already and nothing has changed, it is left as it is.
 *
 * @param entry absolute path of the Worker's entry, TypeScript or JavaScript.
 * @param outputFile absolute path of the module to write; a source map goes beside it.
 * @throws FreeholdError `BUNDLE_FAILED`
 */
declare function bundleWorker(entry: string, outputFile: string): Promise<void>;
/** How a host is put together for one project. */
interface RuntimeOptions {
  /** The project's folder. */
  readonly root: string;
  readonly config: WranglerConfig$1;
  readonly worker: WorkerLoader;
  readonly development: boolean;
  /** Overrides `freehold.config.ts`. */
  readonly dataDirectory?: string | undefined;
  readonly durability?: Durability$1 | undefined;
  readonly log?: Logger | undefined;
  /** Takes e-mail out of the host, whatever the configuration says. */
  readonly email?: EmailTransport$1;
  /** What else stands on `env`. */
  readonly bindings?: readonly Binding[];
}
/**
 * A host for a project: its `wrangler.jsonc`, its `freehold.config.ts`, its code.
 *
 * @example
 * ```ts
 * const host = await composeHost({ root, config, worker: loadModule(file), development: false });
 * const { url } = await host.listen({ port: 8787 });
 * ```
 */
declare function composeHost(options: RuntimeOptions): Promise<Host>;
/** What a build leaves for `freehold start`: paths relative to the build's folder. */
interface BuildManifest {
  readonly worker: string;
  /** Absent when the project has no page. */
  readonly assets?: string;
}
/** Writes the manifest into a build's folder. */
declare function writeManifest(folder: string, manifest: BuildManifest): Promise<void>;
/**
 * Reads the manifest of a build, with its paths made absolute.
 *
 * @returns `undefined` when the folder holds no build.
 * @throws FreeholdError `BUILD_INVALID`
 */
declare function readManifest(folder: string): Promise<BuildManifest | undefined>;
/** How a host for tests is put together: as {@link RuntimeOptions}, with a clock that a test owns. */
interface TestRuntimeOptions extends Omit<RuntimeOptions, "development" | "dataDirectory"> {
  /** Where objects live while the tests run. Made when absent. */
  readonly dataDirectory: string;
  readonly clock: TestClock$1;
  readonly log?: Logger;
  /** How long idle objects stay in memory. */
  readonly idle?: Partial<IdleTimes$1> | undefined;
  /** Hears of errors that belong to no object and no event of the Worker. */
  readonly onStrayError?: (error: unknown) => void;
}
/**
 * A host for the tests of a project, composed as `composeHost` composes the real one.
 *
 * @example
 * ```ts
 * const clock = new TestClock();
 * const host = await composeTestHost({ root, config, worker, dataDirectory, clock });
 * await clock.advance(60_000);
 * await host.close();
 * ```
 */
declare function composeTestHost(options: TestRuntimeOptions): Promise<TestHost$1>;
export {
  type BuildManifest,
  bundleWorker,
  composeHost,
  composeTestHost,
  createLogger,
  type Durability,
  type EmailTransport,
  type Eviction,
  FreeholdError,
  type IdleTimes,
  introspectionOf,
  type LogLevel,
  type OutgoingEmail,
  provideModule,
  type ReadAttachment,
  type ReadConfig,
  readEmail,
  type ReadEmail,
  readManifest,
  readWranglerConfig,
  type RuntimeOptions,
  systemClock,
  TestClock,
  type TestHost,
  type TestObject,
  type TestRuntimeOptions,
  type WorkerModule,
  type WranglerConfig,
  writeManifest,
};