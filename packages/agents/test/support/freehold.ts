import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunningWorker, WorkerToRun } from "./workerd.ts";

const LAUNCHER = fileURLToPath(new URL("../../../freehold/bin/freehold.mjs", import.meta.url).href);
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
  const folder = mkdtempSync(join(tmpdir(), "freehold-agents-"));
  writeFileSync(join(folder, "worker.mjs"), worker.script);
  writeFileSync(join(folder, "wrangler.json"), JSON.stringify(configuration(worker)));
  const data = worker.directory ?? join(folder, "data");
  mkdirSync(data, { recursive: true });
  const child = spawn(process.execPath, [LAUNCHER, "start", "--port", `${port}`, "--data", data], {
    cwd: folder,
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
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    url: `http://${host}`,
    host,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
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
