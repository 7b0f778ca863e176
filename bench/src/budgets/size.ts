import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import type { Figures } from "../harness/scenario.ts";
import { round } from "../harness/stats.ts";
import type { Budget } from "./budget.ts";

const root = join(import.meta.dirname, "../../..");

interface Weight {
  /** KiB that a page loads at once, minified and gzipped, dependencies included. */
  readonly first: number;
  /** KiB that it loads when something asks for it. */
  readonly later: number;
}

/** What a page pays for everything that an entry exports. React is the page's own. */
async function weigh(entry: string, conditions: readonly string[]): Promise<Weight> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * from ${JSON.stringify(entry)};`, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: "out",
    format: "esm",
    platform: "browser",
    target: "es2024",
    conditions: [...conditions],
    external: ["react", "react-dom"],
    logLevel: "error",
  });
  const first = firstLoaded(metafile.outputs);
  const sizes = outputFiles.map(({ path, contents }) => ({
    isFirst: [...first].some((file) => path.replaceAll("\\", "/").endsWith(file)),
    kib: gzipSync(contents, { level: 9 }).length / 1024,
  }));
  const sum = (isFirst: boolean) =>
    sizes.reduce((total, size) => total + (size.isFirst === isFirst ? size.kib : 0), 0);
  return { first: sum(true), later: sum(false) };
}

/** The files that load with the entry: it, and what is imported by `import` statements. */
function firstLoaded(outputs: Metafile["outputs"]): Set<string> {
  const loaded = new Set<string>();
  const waiting = Object.keys(outputs).filter((file) => outputs[file]?.entryPoint === "<stdin>");
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (loaded.has(file)) continue;
    loaded.add(file);
    const imports = outputs[file]?.imports ?? [];
    waiting.push(
      ...imports
        .filter(({ kind, external }) => kind === "import-statement" && !external)
        .map(({ path }) => path),
    );
  }
  return loaded;
}

async function run(): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const entry of ["client", "react"]) {
    const ours = await weigh(`@freehold/agents/${entry}`, ["freehold-source"]);
    const published = await weigh(`agents/${entry}`, []);
    Object.assign(figures, {
      [`${entry}_kib`]: round(ours.first, 2),
      [`${entry}_later_kib`]: round(ours.later, 2),
      [`${entry}_published_kib`]: round(published.first, 2),
      [`${entry}_ratio_to_published`]: round(ours.first / published.first, 2),
    });
  }
  return figures;
}

export const sizeBudget: Budget = {
  name: "size",
  about: "what a page loads for the client and for React, minified and gzipped, React apart",
  limits: [
    { figure: "client_kib", most: 12 },
    { figure: "react_kib", most: 16 },
  ],
  run,
};
