import { rmSync } from "node:fs";
import { cp, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Serve } from "../harness/server.ts";

const bin = join(import.meta.dirname, "../../../packages/freehold/bin/freehold.mjs");
const sources = join(import.meta.dirname, "../../objects");

/** A project with the Worker of bare objects. Answers where it is; it goes when the process ends. */
export async function objectsProject(main = "worker.ts"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-objects-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await cp(join(sources, "worker.ts"), join(folder, "worker.ts"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const config = {
    name: "bench",
    main,
    compatibility_date: "2026-06-11",
    durable_objects: { bindings: [{ name: "BenchObject", class_name: "BenchObject" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["BenchObject"] }],
  };
  await writeFile(join(folder, "wrangler.jsonc"), JSON.stringify(config));
  return folder;
}

/** Serves it with `freehold start`. */
export async function prepareObjects(): Promise<Serve> {
  const folder = await objectsProject();
  return ({ port, data }) => ({
    file: process.execPath,
    args: [bin, "start", "--port", String(port), "--data", data],
    cwd: folder,
  });
}

/** Serves a project with `freehold dev`, which does not start anew however large it gets. */
export function develop(folder: string): Serve {
  return ({ port, data }) => ({
    file: process.execPath,
    args: [bin, "dev", "--port", String(port), "--data", data],
    cwd: folder,
    env: { FREEHOLD_RELOAD_GROWTH_MIB: "Infinity" },
  });
}
