import { resolve } from "node:path";
import { readWranglerConfig } from "@freehold/host";
import { entryOf, findProject } from "../project.ts";
import { bundleWorker } from "../runtime/bundle.ts";
import { writeManifest } from "../runtime/manifest.ts";
import type { ProjectFlags } from "./start.ts";
import { loadVite, viteConfig } from "./vite.ts";

/** `freehold build`: the page and the Worker, or the Worker alone where there is no Vite. */
export async function buildCommand(flags: ProjectFlags): Promise<void> {
  const project = findProject(process.cwd(), flags.config);
  if (project.viteFile !== undefined) {
    const { createBuilder } = await loadVite();
    const options = { config: project.wranglerFile, environment: flags.env };
    const builder = await createBuilder(await viteConfig(project, "build", options));
    await builder.buildApp();
    return;
  }
  const { config } = await readWranglerConfig(
    project.wranglerFile,
    flags.env === undefined ? {} : { environment: flags.env },
  );
  const folder = resolve(project.root, "dist");
  const main = entryOf(config.main, project.wranglerFile);
  await bundleWorker(main, resolve(folder, "worker/index.js"));
  await writeManifest(folder, { worker: "worker/index.js" });
}
