import type { Program } from "../../worker/form.ts";
import { type RunResult, Trace } from "../../worker/notes.ts";
import type { RunningHost } from "../hosts/host.ts";
import type { CataloguedProgram } from "./catalogue.ts";
import { connect } from "./socket.ts";

const LIMIT_MS = 60_000;

/** Runs the programs on a host, `width` at a time; the results stand in the programs' order. */
export async function executeAll(
  host: RunningHost,
  programs: readonly CataloguedProgram[],
  width = 6,
): Promise<RunResult[]> {
  const results: RunResult[] = new Array(programs.length);
  const queue = programs.entries();
  const worker = async () => {
    for (const [index, program] of queue) results[index] = await execute(host, program);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

async function execute(host: RunningHost, item: CataloguedProgram): Promise<RunResult> {
  try {
    if (item.program.kind === "client") return await runClient(host, item, item.program);
    const response = await fetch(new URL(`/run/${item.id}`, host.url), {
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const text = await response.text();
    if (!response.ok)
      return { entries: [], threw: `HTTP ${response.status}: ${text.slice(0, 500)}` };
    return JSON.parse(text) as RunResult;
  } catch (error) {
    return { entries: [], threw: `the runner: ${String(error)}` };
  }
}

async function runClient(
  host: RunningHost,
  item: CataloguedProgram,
  program: Program & { kind: "client" },
): Promise<RunResult> {
  const trace = new Trace();
  const at = (path: string) => new URL(`/at/${item.id}${path}`, host.url);
  try {
    await program.body.client({
      ...trace,
      fetch: (path, init) => fetch(at(path), { signal: AbortSignal.timeout(LIMIT_MS), ...init }),
      connect: (path, protocols) => connect(at(path), protocols),
    });
    return { entries: trace.entries };
  } catch (error) {
    return { entries: trace.entries, threw: `the client: ${String(error)}` };
  }
}
