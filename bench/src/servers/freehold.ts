import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker, writeProject } from "@freehold/conformance";
import type { Serve } from "../harness/server.ts";
import { peerSources } from "./bundle.ts";

const counter = join(import.meta.dirname, "count-syncs.ts");
const bin = join(import.meta.dirname, "../../../packages/freehold/bin/freehold.mjs");

/** Prepares our side: the same worker with our SDK, served by `freehold start`. */
export async function prepareFreehold(): Promise<Serve> {
  const folder = await mkdtemp(join(tmpdir(), "bench-freehold-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const script = await bundleWorker(join(peerSources, "worker.ts"), "freehold", false);
  await writeProject(folder, { name: "bench", script, objects: { BenchAgent: "BenchAgent" } });
  return ({ port, data }) => ({
    file: process.execPath,
    args: [
      ...["--import", counter],
      ...[bin, "start", "--config", join(folder, "wrangler.jsonc")],
      ...["--port", String(port), "--data", data],
    ],
    cwd: folder,
    env: { BENCH_SYNCS: join(folder, "syncs") },
    syncs: join(folder, "syncs"),
  });
}
