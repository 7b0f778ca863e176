import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** The repository's root: bundled fixtures find their packages from here, wherever they lie. */
const root = fileURLToPath(new URL("../../../..", import.meta.url).href);

/** Which SDK a fixture is bundled with: the one here, or the published one. */
export type Sdk = "@freehold/agents" | "agents";

/** What the packages here stand for when a fixture is bundled with the published SDK. */
const PUBLISHED = {
  "@freehold/agents/chat": "@cloudflare/ai-chat",
  "@freehold/agents": "agents",
};

/**
 * Bundles a Worker's entry file into one ES module that workerd can load: decorators lowered, names
 * of classes kept, `cloudflare:*` and `node:*` left to the runtime.
 *
 * @param entry Path of the entry file, which imports `@freehold/agents`.
 * @param sdk What that import stands for.
 */
export async function bundleWorker(entry: string, sdk: Sdk = "@freehold/agents"): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2024",
    mainFields: ["browser", "module", "main"],
    conditions: ["freehold-source", "workerd", "worker", "browser"],
    supported: { decorators: false },
    ...(sdk === "agents" ? { alias: PUBLISHED } : {}),
    keepNames: true,
    external: ["cloudflare:*", "node:*"],
    nodePaths: [`${root}/node_modules`],
    plugins: [nodeBuiltins],
    logLevel: "error",
  });
  const [output] = result.outputFiles;
  if (!output) throw new Error(`Nothing was bundled from ${entry}`);
  return output.text;
}

/** Node's own modules by their bare names, also where CommonJS requires them. */
const nodeBuiltins: Plugin = {
  name: "node-builtins",
  setup(bundler) {
    const filter = new RegExp(`^(?:node:)?(?:${builtinModules.join("|")})$`);
    bundler.onResolve({ filter }, ({ path, kind }) => {
      const name = path.startsWith("node:") ? path : `node:${path}`;
      if (kind !== "require-call") return { path: name, external: true };
      return { path: name, namespace: "required-builtin" };
    });
    bundler.onLoad({ filter: /.*/, namespace: "required-builtin" }, ({ path }) => ({
      contents: `import builtin from ${JSON.stringify(path)}; module.exports = builtin;`,
      loader: "js",
    }));
  },
};
