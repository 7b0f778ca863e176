import {
  Plugin,
} from "vite";
/**
 * Leaves `cloudflare:workers`, `cloudflare:email` and every other `cloudflare:*` module to the
 * runtime that runs the code: in development the module runner imports them natively (so Node's
 * module hooks see them), and a build keeps the import statement as it is.
 *
 * Applies to server environments. A client environment has no such modules, so an import that
 * strays into a page still fails at build time, where it is noticed.
 *
 * @example
 * ```ts
 * import { cloudflareModules } from "@freehold/transform/vite";
 *
 * export default { plugins: [cloudflareModules()] };
 * ```
 */
declare function cloudflareModules(): Plugin;
/**
 * Makes standard (TC39) decorators run wherever Vite does: development, server environments,
 * builds and Vitest. Only files that contain a decorator are touched. On server environments
 * every class and function keeps its name through bundling and minification.
 *
 * @throws {TransformError} Shown by Vite with the place: `TRANSFORM_FAILED`, `LEGACY_DECORATORS`
 *   or `TSCONFIG_UNREADABLE`.
 *
 * @example
 * ```ts
 * import { decorators } from "@freehold/transform/vite";
 *
 * export default { plugins: [decorators()] };
 * ```
 */
declare function decorators(): Plugin;
/**
 * Everything that agent code needs from Vite and Vitest: standard decorators, class names that
 * survive, and `cloudflare:*` imports left to the runtime.
 *
 * @example
 * ```ts
 * import { freeholdTransform } from "@freehold/transform/vite";
 * import { defineConfig } from "vitest/config";
 *
 * export default defineConfig({ plugins: [freeholdTransform()] });
 * ```
 */
declare function freeholdTransform(): Plugin[];
export {
  cloudflareModules,
  decorators,
  freeholdTransform,
};