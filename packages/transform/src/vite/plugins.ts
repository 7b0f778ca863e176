import type { Plugin } from "vite";
import { cloudflareModules } from "./cloudflare-modules.ts";
import { decorators } from "./decorators.ts";

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
export function freeholdTransform(): Plugin[] {
  return [decorators(), cloudflareModules()];
}
