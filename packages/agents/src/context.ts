import { AsyncLocalStorage } from "node:async_hooks";
import type { Connection } from "./connections/types.ts";

/** An e-mail being handled. */
export type AgentEmail = {
  from: string;
  to: string;
  getRaw: () => Promise<Uint8Array>;
  headers: Headers;
  rawSize: number;
  setReject: (reason: string) => void;
  forward: (rcptTo: string, headers?: Headers) => Promise<EmailSendResult>;
  reply: (options: { from: string; to: string; raw: string }) => Promise<EmailSendResult>;
  _secureRouted?: boolean;
};

/** What surrounds the code that runs: the agent, and what it is working on. */
export interface AgentContextStore {
  readonly agent: unknown;
  readonly connection: Connection | undefined;
  readonly request: Request | undefined;
  readonly email: AgentEmail | undefined;
}

/** What {@link getCurrentAgent} returns; every field is undefined outside an agent. */
export interface CurrentAgentContext<T> {
  agent: T | undefined;
  connection: Connection | undefined;
  request: Request | undefined;
  email: AgentEmail | undefined;
}

/** The context of the running code. It follows promises and timers, as async context does. */
export const agentContext = new AsyncLocalStorage<AgentContextStore>();

/** A context of `agent` alone, or with what it is working on. */
export function contextOf(
  agent: unknown,
  working: { connection?: Connection; request?: Request; email?: AgentEmail } = {},
): AgentContextStore {
  return {
    agent,
    connection: working.connection,
    request: working.request,
    email: working.email,
  };
}

/** Runs `body` in the running context where that is the agent's, else in one of the agent alone. */
export function withinAgent<T>(agent: unknown, body: () => T): T {
  if (agentContext.getStore()?.agent === agent) return body();
  return agentContext.run(contextOf(agent), body);
}

/** Reads the context of the running code; never throws. */
export function currentContext<T>(): CurrentAgentContext<T> {
  const store = agentContext.getStore();
  return {
    agent: store?.agent as T | undefined,
    connection: store?.connection,
    request: store?.request,
    email: store?.email,
  };
}
