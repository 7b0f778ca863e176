import type { ConnectionRecord } from "../connections/connection.ts";
import { sendQuietly } from "../connections/connections.ts";
import { agentContext } from "../context.ts";
import { messageOf } from "../errors.ts";
import type { Emit } from "../observability/events.ts";
import { ErrorText, type RPCRequest, rpcErrorFrame, rpcResultFrame } from "../wire.ts";
import { type CallableMethod, callableMethods, hasMethod } from "./callable.ts";
import { StreamingResponse } from "./streaming.ts";

/** Answers the calls of clients. */
export class RpcDispatcher {
  readonly #agent: object;
  readonly #methods: ReadonlyMap<string, CallableMethod>;
  readonly #emit: Emit;

  constructor(agent: object, emit: Emit) {
    this.#agent = agent;
    this.#methods = callableMethods(Object.getPrototypeOf(agent) as object);
    this.#emit = emit;
  }

  /** The methods that clients may call. */
  get methods(): ReadonlyMap<string, CallableMethod> {
    return this.#methods;
  }

  /** Runs the method and answers; never rejects for a failure of the method. */
  dispatch(from: ConnectionRecord, call: RPCRequest): Promise<void> {
    const method = this.#methods.get(call.method);
    if (!method) {
      const known = hasMethod(this.#agent, call.method);
      const text = known ? ErrorText.methodNotCallable : ErrorText.methodMissing;
      return this.#fail(from, call, text(call.method));
    }
    return agentContext.run(from.context, () =>
      method.metadata.streaming ? this.#stream(from, call, method) : this.#call(from, call, method),
    );
  }

  async #call(from: ConnectionRecord, call: RPCRequest, method: CallableMethod): Promise<void> {
    let frame: string;
    try {
      const result = await method.run.apply(this.#agent, call.args);
      this.#emit("rpc", { method: call.method });
      frame = rpcResultFrame(call.id, result, true);
    } catch (error) {
      console.error("RPC error:", error);
      return this.#fail(from, call, error instanceof Error ? error.message : ErrorText.UNKNOWN);
    }
    sendQuietly(from.connection, frame);
  }

  async #stream(from: ConnectionRecord, call: RPCRequest, method: CallableMethod): Promise<void> {
    const stream = new StreamingResponse(from.connection, call.id);
    this.#emit("rpc", { method: call.method, streaming: true });
    try {
      await method.run.call(this.#agent, stream, ...call.args);
    } catch (error) {
      console.error("RPC error:", error);
      this.#emit("rpc:error", { method: call.method, error: messageOf(error) });
      stream.error(messageOf(error));
    }
  }

  async #fail(from: ConnectionRecord, call: RPCRequest, error: string): Promise<void> {
    this.#emit("rpc:error", { method: call.method, error });
    sendQuietly(from.connection, rpcErrorFrame(call.id, error));
  }
}
