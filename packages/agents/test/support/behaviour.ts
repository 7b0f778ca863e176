import type { Agent } from "@freehold/agents";
import { listen, type RunningTestWorker, runInDurableObject, startWorker } from "./hosted.ts";
import { TestSocket } from "./socket.ts";

/** An agent of a Worker under test: its stub, its storage, and sockets to it. */
export interface Behaving {
  readonly worker: RunningTestWorker;
  /** The stub of a named agent. */
  agent<Stub = Record<string, (...args: never[]) => Promise<unknown>>>(
    binding: string,
    name: string,
  ): Stub;
  /** Rows of a statement on an agent's own database. */
  rows(binding: string, name: string, query: string): Promise<Record<string, unknown>[]>;
  /** Runs inside of an agent. */
  inside<T, Instance = Agent>(
    binding: string,
    name: string,
    body: (agent: Instance, ctx: DurableObjectState) => T | Promise<T>,
  ): Promise<T>;
  /** Connects to `/agents/{path}`. */
  connect(path: string, headers?: Record<string, string>): Promise<TestSocket>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  readonly host: string;
}

/** Starts a Worker whose objects have the names of their classes as bindings. */
export async function behave(
  load: () => Promise<unknown>,
  classes: readonly string[],
  vars: Record<string, unknown> = {},
  workflows: readonly string[] = [],
): Promise<Behaving> {
  const worker = await startWorker({
    load,
    vars,
    objects: Object.fromEntries(classes.map((name) => [name, name])),
    workflows: Object.fromEntries(workflows.map((name) => [name, name])),
    clock: { now: "2040-01-01T00:00:00Z", paused: true },
  });
  const host = new URL((await listen()).url).host;
  const stubOf = (binding: string, name: string) =>
    (worker.env[binding] as { getByName(name: string): never }).getByName(name);
  const inside: Behaving["inside"] = (binding, name, body) =>
    runInDurableObject(stubOf(binding, name), body as never) as never;
  return {
    worker,
    host,
    agent: stubOf,
    inside,
    rows: (binding, name, query) =>
      inside(binding, name, (_agent, ctx) => ctx.storage.sql.exec(query).toArray()) as never,
    connect: (path, headers) => TestSocket.open(`ws://${host}/agents/${path}`, headers),
    fetch: (path, init) => fetch(`http://${host}${path}`, init),
  };
}
