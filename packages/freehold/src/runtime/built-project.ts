import { resolve } from "node:path";
import { FreeholdError, loadModule, type WorkerLoader, type WranglerConfig } from "@freehold/host";
import { readManifest } from "./manifest.ts";

/**
 * What `freehold build` has left of a project with Vite.
 *
 * @throws FreeholdError `BUILD_MISSING`, `BUILD_INVALID`
 */
export async function builtProject(
  root: string,
  config: WranglerConfig,
): Promise<{ config: WranglerConfig; worker: WorkerLoader }> {
  const manifest = await readManifest(resolve(root, "dist"));
  if (manifest === undefined) {
    throw new FreeholdError("BUILD_MISSING", `${root} has not been built.`, {
      help: "Run `freehold build` first, or `freehold dev` for development.",
    });
  }
  const assets = {
    binding: undefined,
    notFoundHandling: "none",
    runWorkerFirst: false,
    ...config.assets,
  } as const;
  return {
    worker: loadModule(manifest.worker),
    config: {
      ...config,
      main: manifest.worker,
      assets:
        manifest.assets === undefined ? config.assets : { ...assets, directory: manifest.assets },
    },
  };
}
