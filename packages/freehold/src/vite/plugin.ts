import { freeholdTransform } from "@freehold/transform/vite";
import type { Plugin } from "vite";
import { workerBuild } from "./build.ts";
import { developmentHost } from "./development.ts";
import { workerEnvironment } from "./environment.ts";
import { workerPreview } from "./preview.ts";
import { type FreeholdViteOptions, ViteProject } from "./project.ts";

/**
 * Runs a project's Worker and its agents inside Vite: one development server for the page and the
 * agents, and one build for both.
 *
 * @example
 * ```ts
 * // vite.config.ts
 * import react from "@vitejs/plugin-react";
 * import { freehold } from "freehold/vite";
 * import { defineConfig } from "vite";
 *
 * export default defineConfig({ plugins: [react(), freehold()] });
 * ```
 */
export function freehold(options: FreeholdViteOptions = {}): Plugin[] {
  const project = new ViteProject(options);
  return [
    ...freeholdTransform(),
    workerEnvironment(project),
    developmentHost(project),
    workerBuild(project),
    workerPreview(project),
  ];
}
