import type { ConnectionRecord } from "../connections/connection.ts";
import { sendQuietly } from "../connections/connections.ts";
import { agentContext } from "../context.ts";
import { FreeholdError, messageOf } from "../errors.ts";
import { ErrorText, type RPCRequest, rpcErrorFrame, rpcResultFrame } from "../wire.ts";
import type { CallTable } from "./call-table.ts";
import type { CallableMethod } from "./callable.ts";
import { StreamingResponse } from "./streaming.ts";

/** Tells observers of calls. */
export type RpcEmit = (
  ...event:
    | [type: "rpc", payload: { method: string; streaming?: boolean }]
    | [type: "rpc:error", payload: { method: string; error: string }]
) => void;

/** How much one connection may ask for, and what it cannot be given. */
export interface CallLimits {
  /** Calls that may run at once; absent for any number. */
  readonly maxConcurrentCalls?: number | undefined;
  /** Whether a result is the runtime's `RpcTarget`, which frames cannot carry. */
  readonly isTarget?: (result: unknown) => boolean;
}

/** One call that runs. Its signal is made when somebody asks for it. */
export class CallLife {
  #controller: AbortController | undefined;
  #ended = false;

  /** Aborted when the caller's connection closes. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#ended) this.#abort();
    return this.#controller.signal;
  }

  /** The caller's connection closed. */
  end(): void {
    this.#ended = true;
    this.#abort();
  }

  #abort(): void {
    const reason = "The caller's connection is closed";
    this.#controller?.abort(new FreeholdError("connection_closed", reason));
  }
}

/** Answers the calls of clients. */
export class RpcDispatcher {
  readonly #table: CallTable;
  readonly #emit: RpcEmit;
  readonly #limits: CallLimits;
  /** The calls of each connection that run. */
  readonly #running = new WeakMap<ConnectionRecord, Set<CallLife>>();

  constructor(table: CallTable, emit: RpcEmit, limits: CallLimits = {}) {
    this.#table = table;
    this.#emit = emit;
    this.#limits = limits;
  }

  /** The methods that clients may call. */
  get methods(): ReadonlyMap<string, CallableMethod> {
    return this.#table.methods;
  }

  /** Runs the method and answers; never rejects for a failure of the method. */
  dispatch(from: ConnectionRecord, call: RPCRequest): void | Promise<void> {
    const method = this.#table.methods.get(call.method);
    if (!method) return this.#fail(from, call, this.#unknown(call.method));
    // A call that neither streams nor is counted needs no tracking.
    if (!method.metadata.streaming && this.#limits.maxConcurrentCalls === undefined) {
      return agentContext.run(from.context, () => this.#call(from, call, method));
    }
    try {
      this.#assertRoom(from);
    } catch (error) {
      return this.#fail(from, call, error);
    }
    return this.#run(from, (life) =>
      method.metadata.streaming
        ? this.#stream(from, call, method, life)
        : this.#call(from, call, method),
    );
  }

  /** Runs a call of a connection in its context; its signal says when the connection is gone. */
  async #run<T>(from: ConnectionRecord, body: (life: CallLife) => T): Promise<Awaited<T>> {
    const running = this.#running.get(from) ?? new Set();
    this.#running.set(from, running);
    const life = new CallLife();
    running.add(life);
    try {
      return await agentContext.run(from.context, () => body(life));
    } finally {
      running.delete(life);
    }
  }

  /** Runs a call whose result another wire carries. Rejects with what the method threw. */
  async native<T>(
    from: ConnectionRecord,
    method: string,
    body: (life: CallLife) => T,
  ): Promise<Awaited<T>> {
    this.#assertRoom(from);
    try {
      const result = await this.#run(from, body);
      this.#emit("rpc", { method });
      return result;
    } catch (error) {
      this.#emit("rpc:error", { method, error: this.#table.failure(error) });
      throw error;
    }
  }

  /** A connection is gone: what streams to it is told so. */
  closed(record: ConnectionRecord): void {
    for (const life of this.#running.get(record) ?? []) life.end();
    this.#running.delete(record);
  }

  /** @throws FreeholdError `too_many_calls`. */
  #assertRoom(from: ConnectionRecord): void {
    const { maxConcurrentCalls: most } = this.#limits;
    if (most === undefined || (this.#running.get(from)?.size ?? 0) < most) return;
    const message = `More than ${most} calls at once on one connection`;
    const help = "Wait for answers before calling again.";
    throw new FreeholdError("too_many_calls", message, { help });
  }

  /** Why a name cannot be called. */
  #unknown(name: string): FreeholdError {
    return this.#table.hides(name)
      ? new FreeholdError("method_not_callable", ErrorText.methodNotCallable(name))
      : new FreeholdError("method_missing", ErrorText.methodMissing(name));
  }

  async #call(from: ConnectionRecord, call: RPCRequest, { run }: CallableMethod): Promise<void> {
    let result: unknown;
    try {
      result = await run.apply(this.#table.target, call.args);
      this.#emit("rpc", { method: call.method });
    } catch (error) {
      console.error("RPC error:", error);
      return this.#fail(from, call, error);
    }
    if (result instanceof ReadableStream) {
      return this.#run(from, ({ signal }) => this.#pipe(from, call, result, signal));
    }
    if (this.#limits.isTarget?.(result)) {
      return this.#fail(from, call, new Error(ErrorText.rpcTargetResult(call.method)));
    }
    let frame: string;
    try {
      frame = rpcResultFrame(call.id, result, true);
    } catch (error) {
      return this.#fail(from, call, new Error(this.#table.unserializable(error)));
    }
    sendQuietly(from.connection, frame);
  }

  async #stream(
    from: ConnectionRecord,
    call: RPCRequest,
    { run }: CallableMethod,
    life: CallLife,
  ): Promise<void> {
    const stream = new StreamingResponse(from.connection, call.id, { signal: life.signal });
    this.#emit("rpc", { method: call.method, streaming: true });
    try {
      await run.call(this.#table.target, stream, ...call.args);
      stream.end();
    } catch (error) {
      console.error("RPC error:", error);
      this.#emit("rpc:error", { method: call.method, error: messageOf(error) });
      stream.error(messageOf(error), error);
    }
  }

  /** Answers with the chunks of a stream that the method returned. */
  async #pipe(
    from: ConnectionRecord,
    call: RPCRequest,
    chunks: ReadableStream<unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    const reader = chunks.getReader();
    const cancel = () => reader.cancel(signal.reason).catch(reportCancel);
    signal.addEventListener("abort", cancel, { once: true });
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (signal.aborted) return;
        sendQuietly(from.connection, rpcResultFrame(call.id, done ? undefined : value, done));
        if (done) return;
      }
    } catch (error) {
      // Whoever made the stream may take its time to let go of it.
      void cancel();
      this.#fail(from, call, error);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  #fail(from: ConnectionRecord, call: RPCRequest, thrown: unknown): void {
    const error = this.#table.failure(thrown);
    this.#emit("rpc:error", { method: call.method, error });
    sendQuietly(from.connection, rpcErrorFrame(call.id, error, thrown));
  }
}

function reportCancel(error: unknown): void {
  console.error("A stream could not be cancelled:", error);
}
