import type { RunResult } from "../../worker/notes.ts";
import { startFreehold } from "../hosts/freehold.ts";
import type { StartHost } from "../hosts/host.ts";
import { startWorkerd } from "../hosts/workerd.ts";
import { bundlePrograms } from "./bundle.ts";
import { type CataloguedProgram, loadCatalogue } from "./catalogue.ts";
import { compareTraces, type Verdict } from "./compare.ts";
import { executeAll } from "./execute.ts";
import { readRecording, writeRecording } from "./recorded.ts";

/** A program and how it was judged. */
export interface Judged {
  readonly path: string;
  readonly area: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly workerd: RunResult;
  readonly freehold: RunResult;
}

/** How many programs share one host process. */
const BATCH = 100;

/** Runs the selected programs on both hosts and judges each. `live` makes slow traces anew. */
export async function runConformance(only: readonly string[], live: boolean): Promise<Judged[]> {
  const programs = await loadCatalogue(only);
  const unknown = only.filter((name) => !programs.some(({ path }) => isPart(path, name)));
  if (unknown.length > 0) throw new Error(`there is no area or program ${unknown.join(", ")}`);
  const recorded = await Promise.all(
    programs.map((item) => (item.program.options.slow && !live ? readRecording(item) : undefined)),
  );
  const missing = programs.filter((_, index) => recorded[index] === undefined);
  const [made, freehold] = await Promise.all([
    runBatches(startWorkerd, missing),
    runBatches(startFreehold, programs),
  ]);
  const slow = missing.filter(({ program }) => program.options.slow);
  for (const item of slow) await writeRecording(item, made.get(item)!);
  return programs.map((item, index) => {
    const workerd = recorded[index] ?? made.get(item)!;
    const ours = freehold.get(item)!;
    const verdict = compareTraces(workerd, ours, item.program.options.accept);
    const { path, area } = item;
    return { path, area, title: item.program.title, verdict, workerd, freehold: ours };
  });
}

const isPart = (path: string, name: string) => path === name || path.startsWith(`${name}/`);

async function runBatches(
  start: StartHost,
  programs: readonly CataloguedProgram[],
): Promise<Map<CataloguedProgram, RunResult>> {
  const results = new Map<CataloguedProgram, RunResult>();
  for (let from = 0; from < programs.length; from += BATCH) {
    const batch = programs.slice(from, from + BATCH);
    const made = await runBatch(start, batch);
    for (const [index, item] of batch.entries()) results.set(item, made[index]!);
  }
  return results;
}

/** When a host does not start with a batch, the batch is halved until the one at fault stands alone. */
async function runBatch(
  start: StartHost,
  batch: readonly CataloguedProgram[],
): Promise<readonly RunResult[]> {
  const worker = await bundlePrograms(batch);
  const host = await start(worker).catch((error: unknown) => String(error));
  if (typeof host === "string") {
    if (batch.length === 1) return [{ entries: [], threw: host }];
    const middle = batch.length >> 1;
    const left = await runBatch(start, batch.slice(0, middle));
    return [...left, ...(await runBatch(start, batch.slice(middle)))];
  }
  try {
    return await executeAll(host, batch);
  } finally {
    await host.close();
  }
}
