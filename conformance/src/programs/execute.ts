import { setTimeout as delay } from "node:timers/promises";
import type { Program } from "../../worker/form.ts";
import { type Entry, type RunResult, Trace } from "../../worker/notes.ts";
import type { RunningHost } from "../hosts/host.ts";
import type { CataloguedProgram } from "./catalogue.ts";
import { connect } from "./socket.ts";

export interface ExecuteOptions {
  /** How many run at a time. Most of them wait, so there may be more than there are cores. */
  readonly width?: number;
  /** How long one program may take, in milliseconds. */
  readonly limitMs?: number;
}

/** Runs the programs on a host; the results stand in the programs' order. */
export async function executeAll(
  host: RunningHost,
  programs: readonly CataloguedProgram[],
  { width = 16, limitMs = 60_000 }: ExecuteOptions = {},
): Promise<RunResult[]> {
  const results: RunResult[] = new Array(programs.length);
  // Slow programs start first: the others run while they wait.
  const order = [...programs.entries()].sort(([, a], [, b]) => slowness(b) - slowness(a));
  const queue = order.values();
  const worker = async () => {
    for (const [index, program] of queue) results[index] = await execute(host, program, limitMs);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

function slowness({ program }: CataloguedProgram): number {
  return program.options.slow === true ? 1 : 0;
}

async function execute(
  host: RunningHost,
  item: CataloguedProgram,
  limitMs: number,
): Promise<RunResult> {
  try {
    if (item.program.kind === "client") return await runClient(host, item, item.program, limitMs);
    const response = await fetch(new URL(`/run/${item.id}`, host.url), {
      signal: AbortSignal.timeout(limitMs),
    });
    const text = await response.text();
    if (!response.ok)
      return { entries: [], threw: `HTTP ${response.status}: ${text.slice(0, 500)}` };
    return await withEvents(host, JSON.parse(text) as RunResult);
  } catch (error) {
    return { entries: [], threw: `the runner: ${String(error)}` };
  }
}

/** Adds what happened to the instances that a program made, for each in one step. */
async function withEvents(host: RunningHost, result: RunResult): Promise<RunResult> {
  const entries = [...result.entries];
  for (const { workflow, id } of result.instances ?? []) {
    const lines = await host.workflowEvents(workflow, id);
    entries.push([`events of ${id}`, lines.join(" | ")]);
  }
  return { entries, ...(result.threw !== undefined && { threw: result.threw }) };
}

/** Both hosts set off `email` by the same path. */
async function deliver(host: RunningHost, id: string, raw: string): Promise<readonly Entry[]> {
  const url = new URL("/cdn-cgi/handler/email", host.url);
  url.search = new URLSearchParams({ from: "ada@sender.test", to: `${id}@own.test` }).toString();
  const response = await fetch(url, { method: "POST", body: raw });
  if (!response.ok) return [["delivered", `HTTP ${response.status}`]];
  return (await (await fetch(new URL(`/mail/${id}`, host.url))).json()) as Entry[];
}

async function runClient(
  host: RunningHost,
  item: CataloguedProgram,
  program: Program & { kind: "client" },
  limitMs: number,
): Promise<RunResult> {
  const trace = new Trace();
  const at = (path: string) => new URL(`/at/${item.id}${path}`, host.url);
  try {
    const done = program.body.client({
      ...trace,
      fetch: (path, init) => fetch(at(path), { signal: AbortSignal.timeout(limitMs), ...init }),
      deliver: async (raw) => trace.merge(await deliver(host, item.id, raw)),
      connect: (path, protocols) => connect(at(path), protocols),
    });
    const late = delay(limitMs, "late", { ref: false });
    if ((await Promise.race([done, late])) === "late") throw new Error("it takes too long");
    return { entries: [...trace.entries] };
  } catch (error) {
    return { entries: trace.entries, threw: `the client: ${String(error)}` };
  }
}
