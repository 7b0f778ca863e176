import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { AgentClientOptions } from "agents/client";
import type { Cell, ClientModule } from "./cell.ts";

/** How long one exchange may take on a busy machine. */
const LIMIT_MS = 60_000;

export type MatrixClient = InstanceType<ClientModule["AgentClient"]>;

/** The state of the fixture's agent. */
export interface Counter {
  readonly count: number;
  readonly by: string;
}

/** A client whose socket closes when the row ends, with all that it received. */
export interface Connected extends Disposable {
  readonly client: MatrixClient;
  readonly states: (readonly [state: Counter, source: string])[];
  readonly messages: string[];
}

/** Connects to the cell's agent and waits until it has told its identity. */
export async function connectTo(
  { client: { AgentClient }, url, name }: Cell,
  options: Partial<AgentClientOptions<Counter>> = {},
): Promise<Connected> {
  const states: [Counter, string][] = [];
  const messages: string[] = [];
  const client = new AgentClient({
    agent: "MatrixAgent",
    name,
    host: url.host,
    protocol: "ws",
    onStateUpdate: (state: unknown, source: string) => states.push([state as Counter, source]),
    ...(options as Partial<AgentClientOptions>),
  });
  client.addEventListener("message", ({ data }) => messages.push(String(data)));
  await within(LIMIT_MS, "identity", client.ready);
  return { client, states, messages, [Symbol.dispose]: () => client.close() };
}

/** Calls a method of the fixture's agent. */
export function call(client: MatrixClient, method: string, ...args: unknown[]): Promise<unknown> {
  const open = client.call as (method: string, args: unknown[]) => Promise<unknown>;
  return within(LIMIT_MS, method, open(method, args));
}

/** Fails when `promise` takes longer than `milliseconds`. */
export async function within<T>(
  milliseconds: number,
  what: string,
  promise: Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const late = delay(milliseconds, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`${what} took longer than ${milliseconds} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    limit.abort();
  }
}

/** Waits until `condition` gives something other than `undefined` or false. */
export async function eventually<T>(
  what: string,
  condition: () => T | undefined | false,
  milliseconds = LIMIT_MS,
): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const found = condition();
    if (found !== undefined && found !== false) return found;
    assert.ok(performance.now() < end, `${what} did not happen in ${milliseconds} ms`);
    await delay(10);
  }
}
