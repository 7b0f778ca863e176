import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedCommand } from "../../../../scripts/testing/installed.ts";
import type { RunningWorker, WorkerToRun } from "./workerd.ts";

const READY = /ready http:\/\/(\S+)/;

/** A Worker whose process can be killed. */
export interface KillableWorker extends RunningWorker {
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
}

/**
 * Starts our own host, as a user does.
 *
 * @param port Local port; default: a free one.
 */
export async function runOnFreehold(worker: WorkerToRun, port = 0): Promise<KillableWorker> {
  const launcher = await installedCommand();
  const data = worker.directory ?? mkdtempSync(join(tmpdir(), "freehold-agents-"));
  const child = spawn(process.execPath, [launcher, "start", "--port", `${port}`, "--data", data], {
    cwd: projectOf(worker),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = (chunk: Buffer) => {
    output += chunk.toString();
    const host = READY.exec(output)?.[1];
    if (host) resolve(host);
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const ended = new Promise<void>((end) => child.once("exit", () => end()));
  ended.then(() => reject(new Error(`freehold ended:\n${output}`)));
  const host = await promise;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
    if (worker.directory === undefined) rmSync(data, { recursive: true, force: true });
  };
  return {
    url: `http://${host}`,
    host,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

let projects: string | undefined;

/** Where a Worker stands: each time in the same place, so that it is bundled once for its data. */
function projectOf(worker: WorkerToRun): string {
  if (projects === undefined) {
    const made = mkdtempSync(join(tmpdir(), "freehold-projects-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    projects = made;
  }
  const config = JSON.stringify(configuration(worker));
  const name = createHash("sha256").update(config).update(worker.script).digest("hex");
  const folder = join(projects, name.slice(0, 16));
  const isThere = mkdirSync(folder, { recursive: true }) === undefined;
  if (isThere) return folder;
  writeFileSync(join(folder, "worker.mjs"), worker.script);
  writeFileSync(join(folder, "wrangler.json"), config);
  return folder;
}

function configuration({ objects, variables, workflows = {} }: WorkerToRun) {
  return {
    name: "fixture",
    main: "worker.mjs",
    compatibility_date: "2026-06-11",
    compatibility_flags: ["nodejs_compat"],
    vars: variables ?? {},
    durable_objects: {
      bindings: Object.entries(objects).map(([name, class_name]) => ({ name, class_name })),
    },
    workflows: Object.entries(workflows).map(([binding, class_name]) => ({
      ...{ name: binding.toLowerCase(), binding, class_name },
    })),
    migrations: [{ tag: "v1", new_sqlite_classes: [...new Set(Object.values(objects))] }],
  };
}
