import { dirname, resolve } from "node:path";
import { FreeholdError, readWranglerConfig, type WranglerConfig } from "freehold/runtime";
import { BARE_CONFIG } from "../bare-config.ts";
import type { WorkerTestOptions } from "../start-worker.ts";

/** A Durable Object binding that only tests have: the name of a class of the Worker, or more of it. */
export type TestDurableObject =
  | string
  | {
      readonly className: string;
      /** `evictDurableObject` refuses to evict its objects. */
      readonly unsafePreventEviction?: boolean;
    };

/** What of the options of Miniflare this kit understands. Others are named in a warning. */
export interface MiniflareTestOptions {
  /** Variables, before those of the same name in the configuration. */
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly durableObjects?: Readonly<Record<string, TestDurableObject>>;
  readonly compatibilityDate?: string;
  readonly compatibilityFlags?: readonly string[];
}

/** Options of {@link freeholdTest}: those of `cloudflareTest()`, and some of our own. */
export interface FreeholdTestOptions extends WorkerTestOptions {
  /** Path of the Worker's entry. Default: `main` of the configuration. */
  readonly main?: string;
  readonly wrangler?: {
    /** Path of `wrangler.jsonc` or its kin, relative to the project's root. */
    readonly configPath?: string;
    readonly environment?: string;
  };
  readonly miniflare?: MiniflareTestOptions;
  /** Exports of the Worker that cannot be seen in its code. Accepted; they are found without it. */
  readonly additionalExports?: Readonly<Record<string, string>>;
  /** Accepted. There are no remote bindings. */
  readonly remoteBindings?: boolean;
  /** Says more on the console. */
  readonly verbose?: boolean;
  /**
   * Packages that others take the place of, with all their subpaths, in the Worker, in the tests and in
   * what both import: `{ agents: "@freehold/agents" }`.
   */
  readonly alias?: Readonly<Record<string, string>>;
}

/** Options may be made by a function, as `cloudflareTest()` allows. */
export type FreeholdTestInput =
  | FreeholdTestOptions
  | ((context: {
      readonly inject: (key: string) => unknown;
    }) => FreeholdTestOptions | Promise<FreeholdTestOptions>);

/** What a test file's process is told: plain data. */
export interface TestProject {
  readonly root: string;
  readonly config: WranglerConfig;
  readonly options: WorkerTestOptions;
  readonly alias: Readonly<Record<string, string>>;
  /** The project's own setup files: absolute paths. */
  readonly setupFiles: readonly string[];
}

/** A project's options, made into what its test files need. */
export interface ResolvedProject extends Omit<TestProject, "setupFiles"> {
  /** Absolute path of the Worker's entry; `undefined` for tests without a Worker. */
  readonly main: string | undefined;
  /** Files that all this was read from. */
  readonly sources: readonly string[];
  readonly warnings: readonly string[];
}

const MINIFLARE_OPTIONS: ReadonlySet<string> = new Set([
  "bindings",
  "durableObjects",
  "compatibilityDate",
  "compatibilityFlags",
]);

/**
 * @param provided what the configuration gives under `test.provide`
 * @throws FreeholdError as `readWranglerConfig` does, and `PROVIDED_VALUE_UNKNOWN`
 */
export async function resolveProject(
  root: string,
  input: FreeholdTestInput,
  provided: Readonly<Record<string, unknown>>,
): Promise<ResolvedProject> {
  const options = typeof input === "function" ? await input({ inject: injector(provided) }) : input;
  const { miniflare = {}, wrangler = {} } = options;
  const file = wrangler.configPath === undefined ? undefined : resolve(root, wrangler.configPath);
  const read =
    file === undefined
      ? { config: BARE_CONFIG, warnings: [] }
      : await readWranglerConfig(
          file,
          wrangler.environment === undefined ? {} : { environment: wrangler.environment },
        );
  const main = options.main === undefined ? read.config.main : resolve(root, options.main);
  const ignored = Object.keys(miniflare).filter((name) => !MINIFLARE_OPTIONS.has(name));
  return {
    root: file === undefined ? root : dirname(file),
    main,
    config: withTestBindings({ ...read.config, main }, miniflare),
    options: testOptionsOf(options),
    alias: options.alias ?? {},
    sources: file === undefined ? [] : [file],
    warnings: [
      ...read.warnings,
      ...ignored.map((name) => `\`miniflare.${name}\` is not supported and has no effect.`),
    ],
  };
}

function injector(provided: Readonly<Record<string, unknown>>): (key: string) => unknown {
  return (key) => {
    if (Object.hasOwn(provided, key)) return provided[key];
    throw new FreeholdError("PROVIDED_VALUE_UNKNOWN", `Nothing provides "${key}".`, {
      help: "Put it under `test.provide`: options are read before a globalSetup file has run.",
    });
  };
}

function withTestBindings(config: WranglerConfig, miniflare: MiniflareTestOptions): WranglerConfig {
  const { bindings = {}, durableObjects = {} } = miniflare;
  const added = Object.entries(durableObjects).map(([name, given]) => ({
    name,
    className: typeof given === "string" ? given : given.className,
  }));
  const replaced = new Set(added.map(({ name }) => name));
  return {
    ...config,
    vars: { ...config.vars, ...bindings },
    // Secrets stand before variables, and what a test gives before both.
    secrets: Object.fromEntries(
      Object.entries(config.secrets ?? {}).filter(([name]) => !Object.hasOwn(bindings, name)),
    ),
    durableObjects: [...config.durableObjects.filter(({ name }) => !replaced.has(name)), ...added],
    durableClasses: [...new Set([...config.durableClasses, ...added.map((one) => one.className)])],
    compatibilityDate: miniflare.compatibilityDate ?? config.compatibilityDate,
    compatibilityFlags: miniflare.compatibilityFlags ?? config.compatibilityFlags,
  };
}

function testOptionsOf(options: FreeholdTestOptions): WorkerTestOptions {
  const { durability, clock, idle } = options;
  const logLevel = options.logLevel ?? (options.verbose ? "debug" : undefined);
  const kept = Object.values(options.miniflare?.durableObjects ?? {}).flatMap((given) =>
    typeof given !== "string" && given.unsafePreventEviction ? [given.className] : [],
  );
  return {
    ...(durability && { durability }),
    ...(clock && { clock }),
    ...(idle && { idle }),
    ...(logLevel && { logLevel }),
    preventEviction: [...(options.preventEviction ?? []), ...kept],
  };
}
