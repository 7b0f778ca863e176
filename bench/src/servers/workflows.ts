import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Serve } from "../harness/server.ts";

const bin = join(import.meta.dirname, "../../../packages/freehold/bin/freehold.mjs");
const turnTimer = join(import.meta.dirname, "time-turns.ts");
const script = join(import.meta.dirname, "../../workflows/worker.js");

/** The Worker with workflows on workerd's local engine, in miniflare. */
export function workflowsOnWorkerd(): Serve {
  return ({ port, data }) => ({
    file: process.execPath,
    args: [
      "--conditions=freehold-source",
      join(import.meta.dirname, "local-engine.ts"),
      ...[script, String(port), data],
    ],
  });
}

/** The same Worker with `freehold start`. */
export function workflowsOnFreehold(): Serve {
  const folder = mkdtempSync(join(tmpdir(), "bench-workflows-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(script, join(folder, "worker.js"));
  const config = {
    name: "bench",
    main: "worker.js",
    compatibility_date: "2026-06-11",
    durable_objects: { bindings: [{ name: "COUNTER", class_name: "Counter" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["Counter"] }],
    workflows: [
      { binding: "STEPS", name: "steps", class_name: "Steps" },
      { binding: "SLEEPERS", name: "sleepers", class_name: "Sleepers" },
    ],
  };
  writeFileSync(join(folder, "wrangler.jsonc"), JSON.stringify(config));
  return ({ port, data }) => {
    process.once("exit", () => rmSync(turnsFile(data), { force: true }));
    return {
      file: process.execPath,
      args: ["--import", turnTimer, bin, "start", "--port", String(port), "--data", data],
      cwd: folder,
      env: { BENCH_TURNS: turnsFile(data) },
    };
  };
}

/** Where a server tells how long turns of its event loop are. */
function turnsFile(data: string): string {
  return `${data}-turns`;
}

/** The turns of a server's event loop from a time on, in milliseconds of CPU. They are forgotten. */
export function takeTurns(data: string, since: number): number[] {
  const file = turnsFile(data);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  rmSync(file);
  return lines.flatMap((line) => {
    const [at = 0, ...turns] = line.split(" ").map(Number);
    return at >= since ? turns : [];
  });
}
