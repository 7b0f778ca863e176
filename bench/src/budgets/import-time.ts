import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "tsdown";
import type { Figures } from "../harness/scenario.ts";
import { median, round } from "../harness/stats.ts";
import type { Budget, BudgetContext } from "./budget.ts";

const root = join(import.meta.dirname, "../../..");
/** Inside the checkout, so that what is built finds its dependencies. */
const built = join(root, "node_modules/.cache/freehold-import-time");
const PROCESSES = 11;
const MOST_MS = 60;

/** The runtime's modules, empty: loading them is the host's time. */
const RUNTIME = `
  import { registerHooks } from "node:module";
  const names = ["DurableObject", "RpcTarget", "WorkerEntrypoint", "WorkflowEntrypoint"];
  const source = names.map((name) => "export class " + name + " {}").join(";") +
    ";export const env = {}, exports = {}, tracing = {}; export const waitUntil = () => {};" +
    "export class EmailMessage {}";
  registerHooks({
    resolve: (name, context, next) => name.startsWith("cloudflare:")
      ? { url: name, shortCircuit: true } : next(name, context),
    load: (url, context, next) => url.startsWith("cloudflare:")
      ? { format: "module", source, shortCircuit: true } : next(url, context),
  });
`;

/** Milliseconds of a fresh process's `import(entry)`, the start of Node not counted. */
async function importTime(entry: string): Promise<number> {
  const code = `${RUNTIME}
    const began = performance.now();
    await import(${JSON.stringify(entry)});
    process.stdout.write(String(performance.now() - began));
    process.exit();`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--no-warnings", "--eval", code],
    { cwd: root, env: { ...process.env, NODE_OPTIONS: "" } },
  );
  return Number(stdout);
}

async function measured(entry: string): Promise<number> {
  // The first one fills the file cache.
  await importTime(entry);
  const times: number[] = [];
  for (let index = 0; index < PROCESSES; index++) times.push(await importTime(entry));
  return median(times);
}

/** Builds the root entry as `npm run build` does. */
async function buildEntry(): Promise<string> {
  await rm(built, { recursive: true, force: true });
  await mkdir(built, { recursive: true });
  await build({
    cwd: join(root, "packages/agents"),
    config: false,
    entry: { index: "./src/index.ts" },
    outDir: built,
    clean: false,
    format: "esm",
    platform: "node",
    fixedExtension: false,
    target: "es2024",
    dts: false,
    deps: { neverBundle: [/^cloudflare:/] },
    report: false,
    logLevel: "error",
  });
  return pathToFileURL(join(built, "index.js")).href;
}

async function run({ say }: BudgetContext): Promise<Figures> {
  const ours = await measured(await buildEntry());
  const published = await measured("agents").catch((error: Error) => {
    say(`import-time: the published package does not load here: ${error.message.split("\\n")[0]}`);
    return null;
  });
  return {
    root_ms: round(ours, 1),
    root_published_ms: published === null ? null : round(published, 1),
    root_ratio_to_published: published === null ? null : round(ours / published, 2),
    processes: PROCESSES,
  };
}

export const importTimeBudget: Budget = {
  name: "import-time",
  about: "importing the root entry, built, in a fresh Node (median, the start of Node apart)",
  limits: [{ figure: "root_ms", most: MOST_MS }],
  run,
};
