import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { freeholdTransform } from "@freehold/transform/vite";
import type { Plugin, ViteUserConfig } from "vitest/config";
import { unheardProject } from "../errors.ts";
import { type FreeholdTestInput, type ResolvedProject, resolveProject } from "./options.ts";
import { PROJECT_MODULE } from "./project.ts";

const runsFromSource = import.meta.url.endsWith(".ts");
const SOURCE_CONDITION = "freehold-source";
const SETUP = fileURLToPath(import.meta.resolve("@freehold/testing/setup"));

/** Belongs to the test file, whose Vitest and whose Worker it imports. All else is Node's to load. */
const SETUP_MODULE = /[\\/]testing[\\/](?:src|dist)[\\/]setup[\\/]index\.[jt]s$/;
/** In a checkout Node loads the sources by itself, which is faster than by Vite. */
const OWN_SOURCES = /[\\/]packages[\\/](?:testing|host|freehold|transform)[\\/]src[\\/]/;

/** What the pool's Worker bundler makes of files that are not code. */
const TEXT_MODULE = /\.(?:txt|html|sql)$/;
const DATA_MODULE = /\.bin$/;

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
export function freeholdTest(input: FreeholdTestInput = {}): Plugin[] {
  return [...freeholdTransform(), testProject(input), dataModules()];
}

function testProject(input: FreeholdTestInput): Plugin {
  let project: ResolvedProject | undefined;
  const setupFiles = new Set<string>();
  return {
    name: "freehold:testing",
    enforce: "pre",
    async config(user) {
      const provided = (user.test?.provide ?? {}) as Readonly<Record<string, unknown>>;
      const root = resolve(user.test?.root ?? user.root ?? process.cwd());
      project = await resolveProject(root, input, provided);
      for (const warning of project.warnings) console.warn(`warning ${warning}`);
      for (const file of [user.test?.setupFiles ?? []].flat()) setupFiles.add(resolve(root, file));
      prepend(user, SETUP);
      return configFor(project);
    },
    configureVitest({ project: { name, config } }) {
      if (!config.setupFiles.includes(SETUP)) throw unheardProject(name);
    },
    configEnvironment(_name, environment) {
      if (!runsFromSource || environment.consumer === "client") return;
      return {
        resolve: {
          conditions: [SOURCE_CONDITION, "module", "node", "development|production"],
          externalConditions: [SOURCE_CONDITION, "node"],
        },
      };
    },
    resolveId: (id) => (id === PROJECT_MODULE ? `\0${PROJECT_MODULE}` : undefined),
    load(id) {
      if (id !== `\0${PROJECT_MODULE}` || project === undefined) return;
      for (const file of project.sources) this.addWatchFile(file);
      return projectModule(project, [...setupFiles]);
    },
  };
}

/** Our setup comes before the project's own, which may already talk to the Worker. */
function prepend(user: ViteUserConfig, setup: string): void {
  user.test ??= {};
  user.test.setupFiles = [setup, ...[user.test.setupFiles ?? []].flat()];
}

function configFor({ alias }: ResolvedProject): ViteUserConfig {
  return {
    resolve: {
      alias: Object.entries(alias).map(([name, replacement]) => ({
        find: new RegExp(`^${escaped(name)}(?=/|$)`),
        replacement,
      })),
    },
    test: {
      // One after the other: a setup file of the project may use what ours has started.
      sequence: { setupFiles: "list" },
      // Workers live in this time zone.
      env: { TZ: "UTC" },
      server: {
        deps: { inline: [SETUP_MODULE], external: runsFromSource ? [OWN_SOURCES] : [] },
      },
      ...(runsFromSource && { execArgv: [`--conditions=${SOURCE_CONDITION}`] }),
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function projectModule(
  { main, root, config, options, alias }: ResolvedProject,
  setupFiles: readonly string[],
): string {
  const load = main === undefined ? "({})" : `import(${JSON.stringify(main)})`;
  return [
    `export const project = ${JSON.stringify({ root, config, options, alias, setupFiles })};`,
    `export const load = async () => ${load};`,
  ].join("\n");
}

/** Texts and bytes, which Workers import as they import code. */
function dataModules(): Plugin {
  return {
    name: "freehold:data-modules",
    enforce: "pre",
    async load(id) {
      if (TEXT_MODULE.test(id)) {
        return `export default ${JSON.stringify(await readFile(id, "utf8"))};`;
      }
      if (!DATA_MODULE.test(id)) return;
      const data = (await readFile(id)).toString("base64");
      return `export default Uint8Array.from(atob("${data}"), (c) => c.charCodeAt(0)).buffer;`;
    },
  };
}
