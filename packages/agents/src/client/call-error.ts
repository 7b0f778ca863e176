/**
 * How calls end that got no answer.
 *
 * @module
 */

import { FreeholdError } from "../errors.ts";

/** Why calls end when their connection does. The text is part of the published behaviour. */
export const CONNECTION_CLOSED = "Connection closed";

/** The codes of an {@link AgentCallError}. */
export type AgentCallErrorCode = "connection_lost" | "call_timed_out" | "call_discarded";

const HELP: Readonly<Record<AgentCallErrorCode, string>> = {
  connection_lost: "Call again once connected; if `transmitted`, the agent may have run it.",
  call_timed_out: "Raise `timeout`, or pass 0 to wait for ever.",
  call_discarded: "It was not sent; call again.",
};

/**
 * A call ended without an answer of the agent. Its `code` says why:
 *
 * - `connection_lost`: the connection closed, or is closed for good. `cause` is the
 *   `AgentConnectionError` where there is one.
 * - `call_timed_out`: no answer within the call's `timeout`, counted from the call.
 * - `call_discarded`: it waited to be sent and never will be: the address changed, or the queue
 *   (`maxEnqueuedMessages`) was full.
 *
 * @example
 * ```ts
 * try {
 *   await client.call("pay", [12]);
 * } catch (error) {
 *   if (error instanceof AgentCallError && !error.transmitted) await client.call("pay", [12]);
 *   else throw error;
 * }
 * ```
 */
export class AgentCallError extends FreeholdError {
  declare readonly code: AgentCallErrorCode;
  /** The method that was called. */
  readonly method: string;
  /** Whether the call went out, so that the agent may have run it. */
  readonly transmitted: boolean;

  constructor(
    code: AgentCallErrorCode,
    message: string,
    call: { readonly method: string; readonly transmitted: boolean; readonly cause?: unknown },
  ) {
    const { cause } = call;
    super(code, message, { help: HELP[code], ...(cause === undefined ? {} : { cause }) });
    this.name = "AgentCallError";
    this.method = call.method;
    this.transmitted = call.transmitted;
  }
}

/** The end of a call that had no answer in time. */
export function timedOut(method: string, limit: number, transmitted: boolean): AgentCallError {
  const message = `RPC call to ${method} timed out after ${limit}ms`;
  return new AgentCallError("call_timed_out", message, { method, transmitted });
}
