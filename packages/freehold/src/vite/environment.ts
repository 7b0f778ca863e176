import { resolve } from "node:path";
import { createRunnableDevEnvironment, type Plugin, type UserConfig } from "vite";
import { runsFromSource, WORKER_CONDITIONS } from "../runtime/bundle.ts";
import { type ViteProject, WORKER_ENVIRONMENT } from "./project.ts";

const SOURCE_CONDITION = "freehold-source";

/** Name of the plugin by which the command line finds ours in a project's configuration. */
export const WORKER_PLUGIN = "freehold:worker";

/** The plugin as the command line sees it. */
export interface WorkerPlugin extends Plugin {
  readonly api: { readonly project: ViteProject };
}

/** Declares the environment that the Worker is loaded in and built for. */
export function workerEnvironment(project: ViteProject): WorkerPlugin {
  return {
    name: WORKER_PLUGIN,
    api: { project },
    async config(user, { command }): Promise<UserConfig> {
      await project.read(resolve(user.root ?? process.cwd()));
      return {
        appType: project.hasPage ? "spa" : "custom",
        // The agents' databases change all the time and are no code.
        server: { watch: { ignored: [dataOf(project)] } },
        environments: {
          client: { build: { outDir: "dist/client" } },
          [WORKER_ENVIRONMENT]: {
            consumer: "server",
            // In development dependencies are imported by Node itself; a build carries them along.
            resolve: command === "build" ? { noExternal: true } : {},
            dev: {
              // New code is swapped in by the host, so modules need no hot channel of their own.
              createEnvironment: (name, config) =>
                createRunnableDevEnvironment(name, config, {
                  hot: false,
                  runnerOptions: { hmr: false },
                }),
            },
            build: {
              outDir: "dist/worker",
              target: "es2024",
              ssr: true,
              emptyOutDir: true,
              copyPublicDir: false,
              sourcemap: true,
              minify: false,
              rolldownOptions: {
                input: { index: project.config.main ?? project.main },
                output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
              },
            },
          },
        },
      };
    },
    configEnvironment(name, _options, { command }) {
      const own = name === WORKER_ENVIRONMENT ? WORKER_CONDITIONS : [];
      const source = runsFromSource ? [SOURCE_CONDITION] : [];
      if (own.length + source.length === 0) return;
      return {
        resolve: {
          conditions: [...source, ...own, ...defaults(name)],
          ...(command === "serve" ? { externalConditions: [...source, "node"] } : {}),
        },
      };
    },
  };
}

/** The folder of data, as a pattern. */
function dataOf({ root, options }: ViteProject): string {
  return `${resolve(root, options.dataDirectory ?? ".freehold").replaceAll("\\", "/")}/**`;
}

/** Vite's own conditions, which naming any would replace. */
function defaults(name: string): string[] {
  return name === "client"
    ? ["module", "browser", "development|production"]
    : ["development|production"];
}
