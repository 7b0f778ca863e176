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
const BATCH = 500;
/** So many of those that failed run at a time, so that they do not keep each other from being in time. */
const AGAIN_AT_A_TIME = 4;

/**
 * Runs the selected programs on both hosts and judges each. Those that fail run once more, by
 * themselves: programs wait for real time, and a machine may be too busy for one that is sound.
 *
 * @param live makes slow traces anew
 */
export async function runConformance(only: readonly string[], live: boolean): Promise<Judged[]> {
  const programs = await loadCatalogue(only);
  const unknown = only.filter((name) => !programs.some(({ path }) => isPart(path, name)));
  if (unknown.length > 0) throw new Error(`there is no area or program ${unknown.join(", ")}`);
  const first = await judgeAll(programs, live);
  const failed = programs.filter((_, index) => first[index]!.verdict.status === "failed");
  if (failed.length === 0) return first;
  const again = await judgeAll(failed, live, AGAIN_AT_A_TIME);
  const second = new Map(again.map((item) => [item.path, item]));
  return first.map((item) => second.get(item.path) ?? item);
}

async function judgeAll(
  programs: readonly CataloguedProgram[],
  live: boolean,
  width?: number,
): Promise<Judged[]> {
  const [reference, freehold] = await Promise.all([
    referenceTraces(startWorkerd, programs, live, width),
    runBatches(startFreehold, programs, width),
  ]);
  return programs.map((item) => {
    const workerd = reference.get(item)!;
    const ours = freehold.get(item)!;
    const verdict = compareTraces(workerd, ours, item.program.options.accept);
    const { path, area } = item;
    return { path, area, title: item.program.title, verdict, workerd, freehold: ours };
  });
}

/** The traces to compare with: made on workerd, or recorded there where a program is slow. */
export async function referenceTraces(
  start: StartHost,
  programs: readonly CataloguedProgram[],
  live: boolean,
  width?: number,
): Promise<ReadonlyMap<CataloguedProgram, RunResult>> {
  const traces = new Map<CataloguedProgram, RunResult>();
  for (const item of programs) {
    const recorded = item.program.options.slow && !live ? await readRecording(item) : undefined;
    if (recorded !== undefined) traces.set(item, recorded);
  }
  const missing = programs.filter((item) => !traces.has(item));
  for (const [item, result] of await runBatches(start, missing, width)) {
    traces.set(item, result);
    if (item.program.options.slow) await writeRecording(item, result);
  }
  return traces;
}

const isPart = (path: string, name: string) => path === name || path.startsWith(`${name}/`);

async function runBatches(
  start: StartHost,
  programs: readonly CataloguedProgram[],
  width: number | undefined,
): Promise<Map<CataloguedProgram, RunResult>> {
  const results = new Map<CataloguedProgram, RunResult>();
  if (programs.length > 0) await checkStarts(start);
  for (let from = 0; from < programs.length; from += BATCH) {
    const batch = programs.slice(from, from + BATCH);
    const made = await runBatch(start, batch, width);
    for (const [index, item] of batch.entries()) results.set(item, made[index]!);
  }
  return results;
}

/** A host that does not start by itself is no fault of any program. */
async function checkStarts(start: StartHost): Promise<void> {
  const host = await start(await bundlePrograms([]));
  await host.close();
}

/** When a host does not start with a batch, the batch is halved until the one at fault stands alone. */
async function runBatch(
  start: StartHost,
  batch: readonly CataloguedProgram[],
  width: number | undefined,
): Promise<readonly RunResult[]> {
  const worker = await bundlePrograms(batch);
  const host = await start(worker).catch((error: unknown) => String(error));
  if (typeof host === "string") {
    if (batch.length === 1) return [{ entries: [], threw: host }];
    const middle = batch.length >> 1;
    const left = await runBatch(start, batch.slice(0, middle), width);
    return [...left, ...(await runBatch(start, batch.slice(middle), width))];
  }
  try {
    return await executeAll(host, batch, { ...(width !== undefined && { width }) });
  } finally {
    await host.close();
  }
}
