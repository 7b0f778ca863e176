import { FreeholdError } from "@freehold/host";
import type { InlineConfig, PluginOption } from "vite";
import type { Project } from "../project.ts";
import { runsFromSource } from "../runtime/bundle.ts";
import { WORKER_PLUGIN, type WorkerPlugin } from "../vite/environment.ts";
import { freehold } from "../vite/plugin.ts";
import type { FreeholdViteOptions } from "../vite/project.ts";

/** Plugins of Cloudflare's own Vite integration: they would start another runtime beside ours. */
const SET_ASIDE = /^vite-plugin-cloudflare(:|$)/;
/** Only Node itself resolves the packages of a checkout, which have no `dist` yet. */
const CONFIG_LOADER = runsFromSource ? "native" : "bundle";

/** Loads Vite from the project, since it is the project that decides its version. */
export async function loadVite(): Promise<typeof import("vite")> {
  try {
    return await import("vite");
  } catch (cause) {
    throw new FreeholdError("VITE_MISSING", "Vite is not installed in this project.", {
      help: "Run `npm install --save-dev vite`.",
      cause,
    });
  }
}

/**
 * The project's own Vite configuration with our plugin in it, and without the one that it replaces.
 *
 * @param mode what Vite calls the command that asks: `serve` or `build`.
 * @param onReloaded called after each swap of the code.
 */
export async function viteConfig(
  project: Project,
  mode: "serve" | "build",
  options: FreeholdViteOptions,
  onReloaded?: () => void,
): Promise<InlineConfig> {
  const { loadConfigFromFile } = await loadVite();
  const environment = {
    command: mode,
    mode: mode === "serve" ? "development" : "production",
  } as const;
  const loaded =
    project.viteFile === undefined
      ? null
      : await loadConfigFromFile(
          environment,
          project.viteFile,
          project.root,
          undefined,
          undefined,
          CONFIG_LOADER,
        );
  const plugins = await flatten(loaded?.config.plugins ?? []);
  const kept = plugins.filter(({ name }) => !SET_ASIDE.test(name));
  const own = kept.some(({ name }) => name === WORKER_PLUGIN);
  const all = own ? kept : [...kept, ...freehold(options)];
  const { project: shared } = (all.find(({ name }) => name === WORKER_PLUGIN) as WorkerPlugin).api;
  // What the command line says comes before what the project's own configuration says.
  if (own) shared.override(options);
  if (onReloaded) shared.onReloaded = onReloaded;
  return {
    ...loaded?.config,
    root: project.root,
    configFile: false,
    plugins: all,
  };
}

async function flatten(options: readonly PluginOption[]): Promise<{ readonly name: string }[]> {
  const found: { name: string }[] = [];
  for (const option of options) {
    const plugin = await option;
    if (!plugin) continue;
    if (Array.isArray(plugin)) found.push(...(await flatten(plugin)));
    else found.push(plugin);
  }
  return found;
}
