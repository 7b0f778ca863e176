/**
 * Calls over Cap'n Web: methods of the server's root object, invoked directly.
 *
 * @module
 */

import { AgentCallError, type AgentCallErrorCode, timedOut } from "./call-error.ts";
import {
  type CallOptions,
  callTimeout,
  type StreamOptions,
  splitCallOptions,
} from "./call-options.ts";
import type { CapnWebSocket } from "./capnweb-socket.ts";

/** A call that may still have to wait for its socket. It ends once, whatever comes. */
class NativeCall {
  readonly result: Promise<unknown>;
  readonly #method: string;
  readonly #args: unknown[];
  readonly #stream: StreamOptions | undefined;
  readonly #settle: { resolve(value: unknown): void; reject(error: unknown): void };
  readonly #onEnd: (call: NativeCall) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reader: ReadableStreamDefaultReader | undefined;
  #transmitted = false;
  #ended = false;

  constructor(
    method: string,
    args: unknown[],
    options: CallOptions | StreamOptions | undefined,
    defaultTimeout: number,
    onEnd: (call: NativeCall) => void = () => undefined,
  ) {
    const split = splitCallOptions(options);
    const { promise, ...settle } = Promise.withResolvers<unknown>();
    this.result = promise;
    this.#method = method;
    this.#args = args;
    this.#stream = split.stream;
    this.#settle = settle;
    this.#onEnd = onEnd;
    const limit = callTimeout(split, defaultTimeout);
    if (limit > 0) {
      const expire = () => this.fail(timedOut(method, limit, this.#transmitted));
      this.#timer = setTimeout(expire, limit);
    }
  }

  async run(socket: Pick<CapnWebSocket, "invoke">): Promise<void> {
    this.#transmitted = true;
    try {
      const value = await socket.invoke(this.#method, this.#args);
      if (this.#ended) release(value);
      else if (this.#stream && value instanceof ReadableStream) await this.#drain(value);
      else if (this.#end()) this.#settle.resolve(value);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    if (!this.#end()) return;
    this.#reader?.cancel().catch(() => undefined);
    this.#settle.reject(error);
    this.#stream?.onError?.(error instanceof Error ? error.message : String(error));
  }

  /** Ends the call with a coded error. */
  end(code: AgentCallErrorCode, reason: string, cause?: unknown): void {
    const call = { method: this.#method, transmitted: this.#transmitted, cause };
    this.fail(new AgentCallError(code, reason, call));
  }

  async #drain(stream: ReadableStream): Promise<void> {
    const reader = stream.getReader();
    this.#reader = reader;
    for (;;) {
      const { done, value } = await reader.read();
      if (this.#ended) return;
      if (done) break;
      this.#stream?.onChunk?.(value);
    }
    if (!this.#end()) return;
    this.#settle.resolve(undefined);
    this.#stream?.onDone?.(undefined);
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#onEnd(this);
    return true;
  }
}

/** Lets go of a result that came too late, so that the server can as well. */
function release(value: unknown): void {
  if (value instanceof ReadableStream) void value.cancel().catch(() => undefined);
  else (value as Partial<Disposable> | undefined)?.[Symbol.dispose]?.();
}

/**
 * Calls a method of the server's root over Cap'n Web, with the time limit and stream callbacks of
 * `call()`. A `ReadableStream` goes to the callbacks where there are any; every other result, live
 * stubs included, comes as it is.
 *
 * @param defaultTimeout milliseconds; 0 waits for ever. It covers the draining of a stream, too.
 * @throws AgentCallError `call_timed_out` or `connection_lost`; else what the method threw
 *
 * @example
 * ```ts
 * const sum = await nativeCall<number>(socket, "add", [1, 2], undefined, 30_000);
 * ```
 */
export function nativeCall<T>(
  socket: CapnWebSocket,
  method: string,
  args: unknown[],
  options: CallOptions | StreamOptions | undefined,
  defaultTimeout: number,
): Promise<T> {
  const call = new NativeCall(method, args, options, defaultTimeout);
  void call.run(socket);
  return call.result as Promise<T>;
}

/**
 * Calls that wait for a Cap'n Web connection. Their time limit runs while they wait; one that runs
 * out is never sent.
 *
 * @example
 * ```ts
 * const sum = queue.enqueue<number>("add", [1, 2], undefined, 30_000);
 * queue.flush(socket); // as soon as one is open
 * await sum;
 * ```
 */
export class NativeCallQueue {
  readonly #waiting = new Set<NativeCall>();

  /** Adds a call; its promise is that of {@link nativeCall}. */
  enqueue<T>(
    method: string,
    args: unknown[],
    options: CallOptions | StreamOptions | undefined,
    defaultTimeout: number,
  ): Promise<T> {
    const leave = (ended: NativeCall) => this.#waiting.delete(ended);
    const call = new NativeCall(method, args, options, defaultTimeout, leave);
    this.#waiting.add(call);
    return call.result as Promise<T>;
  }

  /** Makes every waiting call on a socket that has opened. */
  flush(socket: CapnWebSocket): void {
    for (const call of this.#take()) void call.run(socket);
  }

  /** Ends every waiting call: there will be no connection. `cause` becomes the errors' cause. */
  rejectAll(reason: string, cause?: unknown): void {
    for (const call of this.#take()) call.end("connection_lost", reason, cause);
  }

  /** Ends every waiting call: it will not be sent. */
  discardAll(reason: string): void {
    for (const call of this.#take()) call.end("call_discarded", reason);
  }

  #take(): readonly NativeCall[] {
    const calls = [...this.#waiting];
    this.#waiting.clear();
    return calls;
  }
}
