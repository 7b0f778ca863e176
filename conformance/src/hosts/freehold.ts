import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { versions } from "../versions.ts";
import { type RunningHost, SEND_EMAIL, type WorkerDefinition } from "./host.ts";
import { begin } from "./running.ts";
import { linesOf, type WorkflowEventRecord } from "./workflow-events.ts";

/** From the sources: faults are edits of them. */
const bin = join(import.meta.dirname, "../../../packages/freehold/bin/freehold.mjs");
const preload = join(import.meta.dirname, "../faults/preload.ts");
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 5000;

/**
 * Runs the Worker with `freehold start`, in production mode, in a process of its own.
 *
 * @param fault one of `faults/`, which the process is to have
 */
export async function startFreehold(
  worker: WorkerDefinition,
  fault?: string,
): Promise<RunningHost> {
  const directory = await mkdtemp(join(tmpdir(), `freehold-${worker.name}-`));
  let running: Spawned | undefined;
  const earlier: string[] = [];
  const { close } = await begin(async () => {
    if (running !== undefined) await stop(running.child);
    await rm(directory, { recursive: true, force: true });
  });
  const start = () => {
    running = spawnHost(directory, fault);
    return running.ready;
  };
  try {
    await writeProject(directory, worker);
    // There are many of them, and nothing about bundling is in question.
    if (fault !== undefined) await writeBuild(directory);
    let url = await start();
    return {
      name: "freehold",
      get url() {
        return url;
      },
      async workflowEvents(workflow, id) {
        const response = await fetch(new URL(`/events/${workflow}/${id}`, url));
        if (!response.ok) throw new Error(`no events of ${workflow} ${id}: ${response.status}`);
        return linesOf((await response.json()) as WorkflowEventRecord[]);
      },
      log: () => [...earlier, running?.log()].join("\n"),
      async restart() {
        if (running !== undefined) {
          earlier.push(running.log());
          await stop(running.child, "SIGKILL");
        }
        url = await start();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Spawned {
  readonly child: ChildProcess;
  readonly ready: Promise<URL>;
  log(): string;
}

function spawnHost(directory: string, fault: string | undefined): Spawned {
  const args = ["start", "--config", join(directory, "wrangler.jsonc"), "--port", "0"];
  const node = fault === undefined ? [] : ["--import", preload];
  const child = spawn(
    process.execPath,
    [...node, bin, ...args, "--data", join(directory, "data")],
    {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "production", NO_COLOR: "1", CONFORMANCE_FAULT: fault },
    },
  );
  let log = "";
  const ready = new Promise<URL>((resolve, reject) => {
    const keep = (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-100_000);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(log);
      if (found) resolve(new URL(found[0]));
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`freehold ended with ${code}:\n${log}`)));
    void delay(START_LIMIT_MS, undefined, { ref: false }).then(() =>
      reject(new Error(`freehold did not start:\n${log}`)),
    );
  });
  return { child, ready, log: () => log };
}

/** A project as a user would write it: a Worker, its configuration and nothing else. */
export async function writeProject(directory: string, worker: WorkerDefinition): Promise<void> {
  await mkdir(join(directory, "src"), { recursive: true });
  await writeFile(join(directory, "src/worker.js"), worker.script);
  const bindings = Object.entries(worker.objects).map(([name, class_name]) => ({
    name,
    class_name,
  }));
  const config = {
    name: worker.name,
    main: "src/worker.js",
    compatibility_date: versions.compatibilityDate,
    compatibility_flags: versions.compatibilityFlags,
    vars: worker.vars ?? {},
    durable_objects: { bindings },
    services: Object.entries(worker.services ?? {}).map(([binding, target]) => ({
      binding,
      service: worker.name,
      ...target,
    })),
    workflows: (worker.workflows ?? []).map((name) => ({ binding: name, name, class_name: name })),
    worker_loaders: [{ binding: "LOADER" }],
    send_email: SEND_EMAIL,
    migrations: [{ tag: "v1", new_sqlite_classes: Object.values(worker.objects) }],
  };
  await writeFile(join(directory, "wrangler.jsonc"), JSON.stringify(config, null, 2));
  // The other host answers these as well: they set off `email` and `scheduled`.
  await writeFile(
    join(directory, "freehold.config.mjs"),
    "export default { eventRoutes: true };\n",
  );
}

/** What `freehold build` would leave, of a Worker that is one module as it stands. */
async function writeBuild(directory: string): Promise<void> {
  await mkdir(join(directory, "dist"));
  const manifest = { worker: "../src/worker.js" };
  await writeFile(join(directory, "dist/freehold.json"), JSON.stringify(manifest));
  await writeFile(join(directory, "vite.config.mjs"), "export default {};\n");
  await writeFile(join(directory, "package.json"), JSON.stringify({ type: "module" }));
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const limit = new AbortController();
  const timeout = delay(STOP_LIMIT_MS, "late", { signal: limit.signal }).catch(() => "ended");
  if ((await Promise.race([ended, timeout])) === "late") child.kill("SIGKILL");
  limit.abort();
  await ended;
}
