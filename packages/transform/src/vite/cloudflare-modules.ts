import { builtinModules } from "node:module";
import type { Plugin, UserConfig } from "vite";

const CLOUDFLARE_MODULE = /^cloudflare:/;

/** What Vite itself treats as built in on a server; naming our own list replaces its default. */
const NODE_BUILTINS: readonly (string | RegExp)[] = [
  ...builtinModules.filter((name) => !name.includes(":")),
  /^node:/,
  /^bun:/,
];

/** Vitest decides by itself what its workers import natively; Vite ignores this option. */
const VITEST_OPTIONS = {
  test: { server: { deps: { external: [CLOUDFLARE_MODULE] } } },
} as UserConfig;

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
export function cloudflareModules(): Plugin {
  return {
    name: "freehold:cloudflare-modules",
    enforce: "pre",
    config: () => VITEST_OPTIONS,
    configEnvironment(name, options) {
      const consumer = options.consumer ?? (name === "client" ? "client" : "server");
      if (consumer === "client") return;
      const declared = options.resolve?.builtins;
      return {
        resolve: { builtins: [CLOUDFLARE_MODULE, ...(declared ? [] : NODE_BUILTINS)] },
        build: { rolldownOptions: { external: [CLOUDFLARE_MODULE] } },
      };
    },
  };
}
