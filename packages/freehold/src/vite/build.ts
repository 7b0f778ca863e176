import { resolve } from "node:path";
import type { Plugin } from "vite";
import { removeManifest, writeManifest } from "../runtime/manifest.ts";
import { type ViteProject, WORKER_ENVIRONMENT } from "./project.ts";

/** Builds the page, then the Worker, and leaves a manifest for `freehold start`. */
export function workerBuild(project: ViteProject): Plugin {
  return {
    name: "freehold:build",
    apply: "build",
    config: () => ({
      builder: {
        async buildApp(builder) {
          // Before the page is built, and in words of its own.
          void project.main;
          const folder = resolve(project.root, "dist");
          await removeManifest(folder);
          const { client, [WORKER_ENVIRONMENT]: worker } = builder.environments;
          if (client && project.hasPage) await builder.build(client);
          if (worker) await builder.build(worker);
          await writeManifest(folder, {
            worker: "worker/index.js",
            ...(project.hasPage ? { assets: "client" } : {}),
          });
        },
      },
    }),
  };
}
