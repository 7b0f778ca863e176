import type { Plugin } from "vite";
import { parseSync, Visitor } from "vite";
import { containsDecorator } from "../detect.ts";
import { TransformError } from "../errors.ts";
import { type TransformedSource, transformSourceAsync } from "../transform-source.ts";

/** Source modules, with or without a query; virtual modules and dependencies' chunks apart. */
const SOURCE = /^[^\0?]+\.[cm]?[jt]sx?(?:\?|$)/;

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
export function decorators(): Plugin {
  return {
    name: "freehold:decorators",
    enforce: "pre",
    configEnvironment(name, options) {
      const consumer = options.consumer ?? (name === "client" ? "client" : "server");
      if (consumer === "client") return;
      return { build: { rolldownOptions: { output: { keepNames: true } } } };
    },
    transform: {
      filter: { id: SOURCE, code: /@/ },
      async handler(code, id): Promise<TransformedSource | undefined> {
        const path = id.replace(/\?.*$/s, "");
        if (!hasDecorator(path, code)) return;
        try {
          return await transformSourceAsync(code, { path, jsx: "keep" });
        } catch (error) {
          if (!(error instanceof TransformError)) throw error;
          this.error({
            id,
            message: `${error.message}\n${error.help}`,
            code: error.code,
            cause: error,
            ...(error.location && { loc: error.location }),
          });
        }
      },
    },
  };
}

const JAVASCRIPT = /\.[cm]?jsx?$/;

/**
 * Text first, syntax second: a file that only mentions `@` in a comment or in CSS stays as it is,
 * so that later plugins (React's fast refresh, for one) see what its author wrote. JavaScript may have
 * JSX in it whatever its name, and what is not even that (Flow, say) is for other plugins.
 */
function hasDecorator(path: string, code: string): boolean {
  if (!containsDecorator(code)) return false;
  const isJavaScript = JAVASCRIPT.test(path);
  const { program, errors } = parseSync(path, code, isJavaScript ? { lang: "jsx" } : {});
  if (errors.length > 0) return !isJavaScript;
  let count = 0;
  new Visitor({ Decorator: () => void count++ }).visit(program);
  return count > 0;
}
