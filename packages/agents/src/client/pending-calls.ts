/**
 * The calls a client has made and not seen answered.
 *
 * A call is *queued* until its frame reached an open socket, then *transmitted*. A lost connection
 * ends transmitted calls (the agent may have run them: they are never sent twice), while queued
 * ones wait for the next connection.
 *
 * @module
 */

import { MessageType } from "../wire.ts";
import {
  AgentCallError,
  type AgentCallErrorCode,
  CONNECTION_CLOSED,
  timedOut,
} from "./call-error.ts";
import {
  type CallOptions,
  callTimeout,
  type StreamOptions,
  splitCallOptions,
} from "./call-options.ts";
import type { RpcReply } from "./frames.ts";
import { runCallback } from "./session.ts";

interface PendingCall {
  readonly method: string;
  readonly frame: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly stream: StreamOptions | undefined;
  transmitted: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** A call as it starts: what to send, under which id, and the promise of its answer. */
export interface StartedCall {
  readonly id: string;
  readonly frame: string;
  readonly result: Promise<unknown>;
}

/** The table of unanswered calls of one client. */
export class PendingCalls {
  readonly #calls = new Map<string, PendingCall>();
  readonly #onExpired: (frame: string) => void;
  readonly #label: string;

  /**
   * @param label who speaks in warnings, such as `AgentClient`
   * @param onExpired called with the frame of a call that timed out before it was transmitted, so
   *   that the owner takes it out of its queue
   */
  constructor(label: string, onExpired: (frame: string) => void) {
    this.#label = label;
    this.#onExpired = onExpired;
  }

  /**
   * Enters a call, not yet transmitted. The time limit runs from now.
   *
   * @throws TypeError when `args` cannot be written as JSON (a cycle, a BigInt)
   */
  start(
    method: string,
    args: readonly unknown[],
    options: CallOptions | StreamOptions | undefined,
    defaultTimeout: number | undefined,
  ): StartedCall {
    const split = splitCallOptions(options);
    const id = crypto.randomUUID();
    const frame = JSON.stringify({ args, id, method, type: MessageType.RPC });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const call: PendingCall = {
      method,
      frame,
      resolve,
      reject,
      stream: split.stream,
      transmitted: false,
      timer: undefined,
    };
    const limit = callTimeout(split, defaultTimeout);
    if (limit > 0) call.timer = setTimeout(() => this.#expire(id, limit), limit);
    this.#calls.set(id, call);
    return { id, frame, result: promise };
  }

  /** Notes that a call's frame reached an open socket. */
  markTransmitted(id: string): void {
    const call = this.#calls.get(id);
    if (call) call.transmitted = true;
  }

  /** Notes that every queued frame reached an open socket. */
  markAllTransmitted(): void {
    for (const call of this.#calls.values()) call.transmitted = true;
  }

  /** The frames not transmitted yet, by call id, oldest first. */
  queued(): readonly (readonly [id: string, frame: string])[] {
    return [...this.#calls]
      .filter(([, call]) => !call.transmitted)
      .map(([id, call]) => [id, call.frame] as const);
  }

  /** Applies an answer. One that no call waits for (it timed out, or is not ours) only warns. */
  settle(reply: RpcReply): void {
    const call = this.#calls.get(reply.id);
    if (!call) {
      console.warn(
        `[${this.#label}] Discarded an RPC response with no matching pending call ` +
          `(id "${reply.id}"). The call may have timed out, or its connection was replaced.`,
      );
      return;
    }
    if (reply.ok && !reply.done) {
      runCallback(() => call.stream?.onChunk?.(reply.result));
      return;
    }
    this.#remove(reply.id, call);
    if (!reply.ok) {
      fail(call, reply.error);
      return;
    }
    call.resolve(reply.result);
    runCallback(() => call.stream?.onDone?.(reply.result));
  }

  /** Ends the calls that `which` selects: their connection closed, `cause` may say why. */
  lose(which: "all" | "transmitted" | "queued", cause?: unknown): void {
    for (const [id, call] of [...this.#calls]) {
      if (which !== "all" && call.transmitted !== (which === "transmitted")) continue;
      this.#end(id, "connection_lost", CONNECTION_CLOSED, cause);
    }
  }

  /** Ends the calls that were not sent, and one of them if its `id` is given: they never will be. */
  discard(reason: string, only?: string): void {
    for (const [id, call] of [...this.#calls]) {
      if (call.transmitted || (only !== undefined && id !== only)) continue;
      this.#end(id, "call_discarded", reason);
    }
  }

  #end(id: string, code: AgentCallErrorCode, reason: string, cause?: unknown): void {
    const call = this.#calls.get(id);
    if (!call) return;
    this.#remove(id, call);
    fail(call, new AgentCallError(code, reason, { ...call, cause }));
  }

  #expire(id: string, limit: number): void {
    const call = this.#calls.get(id);
    if (!call) return;
    this.#remove(id, call);
    if (!call.transmitted) this.#onExpired(call.frame);
    fail(call, timedOut(call.method, limit, call.transmitted));
  }

  #remove(id: string, call: PendingCall): void {
    clearTimeout(call.timer);
    this.#calls.delete(id);
  }
}

function fail(call: PendingCall, error: Error): void {
  call.reject(error);
  runCallback(() => call.stream?.onError?.(error.message));
}

/** Ends a call that was not even begun, as any other: its stream hears of it, and it rejects. */
export function refuseCall(
  error: AgentCallError,
  options: CallOptions | StreamOptions | undefined,
): never {
  const { stream } = splitCallOptions(options);
  runCallback(() => stream?.onError?.(error.message));
  throw error;
}
