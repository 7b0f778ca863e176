import {
  WorkerTestOptions,
} from "./shared.js";
import {
  WranglerConfig,
} from "freehold/runtime";
import {
  Plugin,
} from "vitest/config";
/** A Durable Object binding that only tests have: the name of a class of the Worker, or more of it. */
type TestDurableObject = string | {
  readonly className: string;
  /** `evictDurableObject` refuses to evict its objects. */
  readonly unsafePreventEviction?: boolean;
};
/** What of the options of Miniflare this kit understands. Others are named in a warning. */
interface MiniflareTestOptions {
  /** Variables, before those of the same name in the configuration. */
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly durableObjects?: Readonly<Record<string, TestDurableObject>>;
  readonly compatibilityDate?: string;
  readonly compatibilityFlags?: readonly string[];
}
/** Options of {@link freeholdTest}: those of `cloudflareTest()`, and some of our own. */
interface FreeholdTestOptions extends WorkerTestOptions {
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
type FreeholdTestInput = FreeholdTestOptions | ((context: {
  readonly inject: (key: string) => unknown;
}) => FreeholdTestOptions | Promise<FreeholdTestOptions>);
/**
 * Runs a project's tests, and its Worker with all its objects, in ordinary Vitest: `cloudflare:test`,
 * storage of its own for each test file, and a clock that the test owns. Takes the options of
 * `cloudflareTest()`.
 *
 * @example
 * ```ts
 * // vitest.config.ts
 * import { freeholdTest } from "@freehold/testing/vitest";
 * import { defineConfig } from "vitest/config";
 *
 * export default defineConfig({
 *   plugins: [freeholdTest({ wrangler: { configPath: "./wrangler.jsonc" } })],
 * });
 * ```
 */
declare function freeholdTest(input?: FreeholdTestInput): Plugin[];
export {
  freeholdTest,
  type FreeholdTestInput,
  type FreeholdTestOptions,
  type MiniflareTestOptions,
  type TestDurableObject,
};