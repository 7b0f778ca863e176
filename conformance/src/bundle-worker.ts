import { builtinModules } from "node:module";
import { type BuildOptions, build, type Plugin } from "esbuild";

/** Whose SDK a Worker is bundled with. */
export type SdkName = "upstream" | "freehold";

const OURS: Readonly<Record<string, string>> = {
  agents: "@freehold/agents",
  "@cloudflare/ai-chat": "@freehold/agents/chat",
  "agents/agent-tools": "@freehold/agents/agent-tools",
  "agents/email": "@freehold/agents/email",
};

/** What a fixture imports of ours, where the published package stands in for it. */
const PUBLISHED: Readonly<Record<string, string>> = { "@freehold/agents/hono": "hono-agents" };

/** CommonJS dependencies ask for `path`; a Worker has it as `node:path`, through `import` only. */
const nodeBuiltins: Plugin = {
  name: "node-builtins",
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:)?(${builtinModules.join("|")})$`);
    onResolve({ filter }, ({ path, kind, namespace }) => {
      const name = path.replace(/^node:/, "");
      if (kind === "require-call" && namespace !== "node-builtin") {
        return { path: name, namespace: "node-builtin" };
      }
      return { path: `node:${name}`, external: true };
    });
    onLoad({ filter: /./, namespace: "node-builtin" }, ({ path }) => ({
      contents: `export * from "node:${path}"; export { default } from "node:${path}";`,
    }));
  },
};

/**
 * Bundles a Worker written against the published packages into one ES module. With `freehold`,
 * our packages stand in for them, from their sources.
 *
 * @param isLast false where the server bundles it once more, as it does an author's sources: decorators,
 *   and seeing that names last, are left to that.
 */
export async function bundleWorker(entry: string, sdk: SdkName, isLast = true): Promise<string> {
  const options: BuildOptions & { write: false } = {
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: isLast ? "es2023" : "esnext",
    keepNames: isLast,
    conditions: ["freehold-source", "workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    alias: { ...(sdk === "freehold" ? OURS : PUBLISHED) },
    plugins: [nodeBuiltins],
    logLevel: "silent",
  };
  const { outputFiles } = await build(options);
  return outputFiles[0]!.text;
}
