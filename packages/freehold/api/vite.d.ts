import {
  WranglerConfig,
} from "@freehold/host";
import {
  Plugin,
} from "vite";
/** Options of the Vite plugin. All of them have defaults that fit most projects. */
interface FreeholdViteOptions {
  /** Path of `wrangler.jsonc`, relative to Vite's root. Default: the one in Vite's root. */
  readonly config?: string | undefined;
  /** Environment of `wrangler.jsonc` to use. */
  readonly environment?: string | undefined;
  /** Where objects live in development. Default `.freehold`. */
  readonly dataDirectory?: string | undefined;
}
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
declare function freehold(options?: FreeholdViteOptions): Plugin[];
export {
  freehold,
  type FreeholdViteOptions,
};