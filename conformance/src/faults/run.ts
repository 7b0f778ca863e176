import { startFreehold } from "../hosts/freehold.ts";
import type { StartHost } from "../hosts/host.ts";
import { startWorkerd } from "../hosts/workerd.ts";
import { bundlePrograms } from "../programs/bundle.ts";
import { type CataloguedProgram, loadCatalogue } from "../programs/catalogue.ts";
import { compareTraces } from "../programs/compare.ts";
import { executeAll } from "../programs/execute.ts";
import { referenceTraces } from "../programs/run.ts";
import { allFaults } from "./all.ts";
import type { Fault } from "./fault.ts";

/** A fault, and which of its programs noticed it. */
export interface FaultResult {
  readonly fault: Fault;
  readonly caughtBy: readonly string[];
  /** Those that fail on the sound host as well, and so say nothing. */
  readonly unsound: readonly string[];
}

/** Hosts with a fault that run at a time: most of their time is waiting. */
const WIDTH = 5;
/** So many programs run at a time on the sound host when some that failed on it are asked again. */
const AGAIN_AT_A_TIME = 2;
/** And faults with such programs are looked at again so often at most. */
const MOST_TIMES_AGAIN = 3;
/** A program that hangs under a fault has noticed it. */
const LIMIT_MS = 25_000;
/** On the sound host it has the time of a slow machine. */
const SOUND_LIMIT_MS = 120_000;

/**
 * Runs each fault's programs on a host that has the fault. A program notices it when its trace is no
 * longer that of workerd, as it is on the sound host. A busy machine may be too slow for workerd or for a
 * program that is sound: faults with such programs are looked at anew, all of it.
 *
 * @param only names of faults; all when empty
 */
export async function runFaults(only: readonly string[] = []): Promise<FaultResult[]> {
  const faults = allFaults.filter(({ name }) => only.length === 0 || only.includes(name));
  const unknown = only.filter((name) => !allFaults.some((fault) => fault.name === name));
  if (unknown.length > 0) throw new Error(`there is no fault ${unknown.join(", ")}`);
  let results = await lookAt(faults);
  for (let time = 0; time < MOST_TIMES_AGAIN; time++) {
    const again = results.filter(({ unsound }) => unsound.length > 0).map(({ fault }) => fault);
    if (again.length === 0) break;
    const anew = new Map((await lookAt(again, AGAIN_AT_A_TIME)).map((each) => [each.fault, each]));
    results = results.map((result) => anew.get(result.fault) ?? result);
  }
  return results;
}

/** @param width programs that run at a time on the sound host. Default those of {@link executeAll} */
async function lookAt(faults: readonly Fault[], width?: number): Promise<FaultResult[]> {
  const paths = [...new Set(faults.flatMap(({ programs }) => programs))];
  const programs = await loadCatalogue(paths);
  const reference = await referenceTraces(startWorkerd, programs, false);
  const byPath = new Map(programs.map((program) => [program.path, program]));
  const failing = async (
    fault: Fault | undefined,
    mine: readonly CataloguedProgram[],
    atATime?: number,
  ) => {
    const traces = await runWith(fault, mine, atATime);
    const failed = mine.filter((program, index) => {
      const { accept } = program.program.options;
      return compareTraces(reference.get(program)!, traces[index]!, accept).status === "failed";
    });
    return failed.map(({ path }) => path);
  };
  const sound = failing(undefined, programs, width);
  const results = new Map<Fault, readonly string[]>();
  // Those that wait for an object to fall asleep start first.
  const queue = faults.toSorted((a, b) => slowness(b, byPath) - slowness(a, byPath)).values();
  const worker = async () => {
    for (const fault of queue) {
      const mine = fault.programs.map((path) => find(byPath, path));
      results.set(fault, await failing(fault, mine));
    }
  };
  const [failed] = await Promise.all([sound, ...Array.from({ length: WIDTH }, worker)]);
  const broken = new Set(failed);
  return faults.map((fault) => ({
    fault,
    caughtBy: results.get(fault)!.filter((path) => !broken.has(path)),
    unsound: fault.programs.filter((path) => broken.has(path)),
  }));
}

async function runWith(
  fault: Fault | undefined,
  programs: readonly CataloguedProgram[],
  width: number | undefined,
) {
  const start: StartHost = (worker) => startFreehold(worker, fault?.name);
  const host = await start(await bundlePrograms(programs)).catch((cause: unknown) => {
    const name = fault?.name ?? "none";
    throw new Error(`a host with the fault ${name} does not start`, { cause });
  });
  try {
    const limitMs = fault === undefined ? SOUND_LIMIT_MS : LIMIT_MS;
    return await executeAll(host, programs, { limitMs, ...(width !== undefined && { width }) });
  } finally {
    await host.close();
  }
}

function slowness({ programs }: Fault, byPath: ReadonlyMap<string, CataloguedProgram>): number {
  return programs.some((path) => find(byPath, path).program.options.slow) ? 1 : 0;
}

function find(byPath: ReadonlyMap<string, CataloguedProgram>, path: string): CataloguedProgram {
  const program = byPath.get(path);
  if (program === undefined) throw new Error(`there is no program ${path}`);
  return program;
}
