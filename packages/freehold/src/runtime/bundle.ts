import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { FreeholdError } from "@freehold/host";
import type { BuildFailure, BuildOptions, Metafile, Plugin } from "esbuild";
import { isCurrent, recordBundle } from "./bundle-record.ts";

/** Conditions by which packages choose the code that suits a Worker that runs on Node. */
export const WORKER_CONDITIONS: readonly string[] = ["workerd", "worker", "node", "module"];

const SOURCE_CONDITION = "freehold-source";

/** Whether this package runs from its sources, as in its own repository. */
export const runsFromSource: boolean = import.meta.url.endsWith(".ts");

/** Conditions for resolving packages, with the repository's own one where it applies. */
function workerConditions(): string[] {
  return [...(runsFromSource ? [SOURCE_CONDITION] : []), ...WORKER_CONDITIONS];
}

/** CommonJS packages inside a module bundle call `require` for Node's own modules. */
const REQUIRE =
  'import { createRequire as __freeholdRequire } from "node:module"; const require = __freeholdRequire(import.meta.url);';

/** `cloudflare:*` is served by the host; native add-ons are loaded from where they stand. */
const external: Plugin = {
  name: "freehold:external",
  setup(api) {
    api.onResolve({ filter: /^(cloudflare|node):/ }, ({ path }) => ({ path, external: true }));
    api.onResolve({ filter: /\.node$/ }, ({ path, resolveDir }) => ({
      path: path.startsWith(".") ? resolve(resolveDir, path) : path,
      external: true,
    }));
  },
};

/**
 * Bundles a Worker and all that it imports into one module, for projects that have no Vite. Where the
 * module stands already and nothing has changed, it is left as it is.
 *
 * @param entry absolute path of the Worker's entry, TypeScript or JavaScript.
 * @param outputFile absolute path of the module to write; a source map goes beside it.
 * @throws FreeholdError `BUNDLE_FAILED`
 */
export async function bundleWorker(entry: string, outputFile: string): Promise<void> {
  const options = optionsFor(entry, outputFile);
  const told = JSON.stringify({ ...options, names: "needed" });
  if (isCurrent(outputFile, told)) return;
  // Loaded when it is needed: most uses of a host bundle nothing.
  const { build } = await import("esbuild");
  const { withoutNeedlessNames } = await import("./needless-names.ts");
  try {
    const { metafile } = await build({ ...options, metafile: true });
    writeFileSync(outputFile, withoutNeedlessNames(readFileSync(outputFile, "utf8")));
    recordBundle(outputFile, told, sourcesOf(metafile));
  } catch (error) {
    throw bundleError(entry, error);
  }
}

/** Paths are told as seen from the working directory. */
function sourcesOf({ inputs }: Metafile): string[] {
  // What is named otherwise is no file: a module that a plug-in, or esbuild itself, made up.
  return Object.keys(inputs)
    .map((path) => resolve(path))
    .filter((path) => existsSync(path));
}

/**
 * Bundles as {@link bundleWorker} does, and again with each change.
 *
 * @param onBundled called after each time, the first included, with the error when there was one.
 * @returns ends it.
 */
export async function watchWorker(
  entry: string,
  outputFile: string,
  onBundled: (error: FreeholdError | undefined) => void,
): Promise<() => Promise<void>> {
  const { context } = await import("esbuild");
  const options = optionsFor(entry, outputFile);
  const report: Plugin = {
    name: "freehold:report",
    setup: (api) =>
      api.onEnd(({ errors }) => {
        onBundled(errors.length > 0 ? bundleError(entry, { errors }) : undefined);
      }),
  };
  const bundler = await context({ ...options, plugins: [external, report] });
  await bundler.watch();
  return () => bundler.dispose();
}

function optionsFor(entry: string, outputFile: string) {
  return {
    entryPoints: [entry],
    outfile: outputFile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    conditions: workerConditions(),
    supported: { decorators: false },
    keepNames: true,
    sourcemap: true,
    banner: { js: REQUIRE },
    plugins: [external],
    logLevel: "silent",
  } satisfies BuildOptions;
}

function bundleError(entry: string, cause: unknown): FreeholdError {
  return new FreeholdError("BUNDLE_FAILED", `${entry} could not be bundled.\n${reasons(cause)}`, {
    help: "Correct what the lines above name and start again.",
    cause,
  });
}

function reasons(error: unknown): string {
  const { errors } = error as Partial<BuildFailure>;
  if (!Array.isArray(errors)) return String(error);
  return errors
    .map(({ text, location }) => {
      if (!location) return `  ${text}`;
      return `  ${location.file}:${location.line}:${location.column + 1}: ${text}`;
    })
    .join("\n");
}
