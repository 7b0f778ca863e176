import {
  AgentClientCall,
  AgentClientFetchOptions,
  AgentClientOptions,
  AgentClientStub,
  AgentConnectionError,
  AgentMethods,
  AgentPromiseReturnType,
  AgentStub,
  AgentTransport,
  CallOptions,
  createCloseClassifier,
  createStubProxy,
  DEFAULT_CALL_TIMEOUT_MS,
  FreeholdError,
  isTerminalCloseEvent,
  OptionalAgentMethods,
  RequiredAgentMethods,
  RPCMethods,
  splitCallOptions,
  StreamOptions,
  UntypedAgentStub,
} from "./shared.js";
import {
  PartyFetchOptions,
  PartySocket,
} from "partysocket";
type StateOf<AgentT> = AgentT extends {
  get state(): infer State;
} ? State : AgentT;
/**
 * A reconnecting connection to an agent: its state, live; its methods, as calls; and raw messages
 * through the WebSocket interface it extends.
 *
 * - Every call ends: with the agent's result, with an `Error` of its words, or with an
 *   `AgentCallError`. Calls made while there is no connection wait for it. Calls that were on the
 *   wire when it broke reject: they may have run, so they are not sent again.
 * - `ready` resolves once the agent said who it is and its stored state is applied, anew on each
 *   connection. An agent with `sendIdentityOnConnect: false` never says, and is never `ready`.
 * - A lost connection is tried again after a random time of up to 3 s, growing to 10 s. A `query`
 *   function is asked before each attempt. Close codes 1008 and 4000–4999 end the connection for
 *   good, see `connectionError`.
 *
 * @example
 * ```ts
 * const client = new AgentClient<Counter>({ host: "localhost:5173", agent: "Counter", name: "a" });
 * await client.ready;
 * const count = await client.call("increment", [2]);
 * await client.stub.increment(1); // the same, as a method
 * client.close();
 * ```
 */
declare class AgentClient<AgentT = unknown, State = StateOf<AgentT>> extends PartySocket {
  #private;
  /**
   * @deprecated Use {@link agentFetch}.
   * @throws Error always
   */
  static fetch(_opts: PartyFetchOptions): Promise<Response>;
  /** Class of the agent in kebab-case; the server's own word once `identified`. */
  agent: string;
  /** Name of the instance; the server's own word once `identified`. */
  name: string;
  /** The agent's state: `undefined` until the first arrives, then always the latest known. */
  state: State | undefined;
  /** Whether the server identified itself on this connection (and its state is applied). */
  identified: boolean;
  /** Why the connection ended for good, or `null`. Cleared when a connection opens. */
  connectionError: AgentConnectionError | null;
  /** Calls a method of the agent. Rejects with the agent's message when the method throws. */
  call: AgentClientCall<AgentT>;
  /** The agent's methods as an object. */
  stub: AgentClientStub<AgentT>;
  constructor(options: AgentClientOptions<State>);
  /** Resolves when the agent is identified and its state is here; a new promise per connection. */
  get ready(): Promise<void>;
  /**
   * Replaces the agent's state. Applied here at once and not undone if the server refuses it;
   * `onStateUpdateError` tells.
   */
  setState(state: State): void;
  /** Closes, and ends every unanswered call with `Connection closed`, until `reconnect()`. */
  close(code?: number, reason?: string): void;
  /** Connects anew at once: the way back after `close()` or a final close. */
  reconnect(code?: number, reason?: string): void;
}
/**
 * Sends an HTTP request to an agent: `http(s)://host/agents/<agent>/<name>[/<path>]?<query>`.
 * Hosts on the loopback or a private network get `http`, others `https`, unless `protocol` says.
 *
 * @returns the response as it came; error statuses do not throw
 *
 * @example
 * ```ts
 * const response = await agentFetch({ host: "localhost:5173", agent: "Counter", name: "a" });
 * ```
 */
declare function agentFetch(opts: AgentClientFetchOptions, init?: RequestInit): Promise<Response>;
/** The codes of an {@link AgentCallError}. */
type AgentCallErrorCode = "connection_lost" | "call_timed_out" | "call_discarded";
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
declare class AgentCallError extends FreeholdError {
  readonly code: AgentCallErrorCode;
  /** The method that was called. */
  readonly method: string;
  /** Whether the call went out, so that the agent may have run it. */
  readonly transmitted: boolean;
  constructor(code: AgentCallErrorCode, message: string, call: {
    readonly method: string;
    readonly transmitted: boolean;
    readonly cause?: unknown;
  });
}
/**
 * A WebSocket whose frames travel in a Cap'n Web session, so that the server's methods can be
 * called beside them. It looks like a `WebSocket`: whatever drives one drives this.
 *
 * @module
 */
/** Makes the WebSocket underneath. */
type WebSocketConstructor = new (url: string, protocols?: string | string[]) => WebSocket;
/** A frame as an application hands it over. */
type TransportMessage = string | ArrayBuffer | ArrayBufferView;
/**
 * One connection. The library is loaded with the first one, so that it costs nothing where this
 * wire is not used.
 */
declare class CapnWebSocket extends EventTarget {
  #private;
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readyState: number;
  binaryType: "blob" | "arraybuffer";
  bufferedAmount: number;
  extensions: string;
  protocol: string;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
  constructor(url: string | URL, protocols?: string | string[], inner?: WebSocketConstructor);
  dispatchEvent(event: Event): boolean;
  /**
   * Calls a method of the server's root. An `RpcTarget` comes as a live stub, a `ReadableStream`
   * streams.
   *
   * @throws AgentCallError `connection_lost` when the connection is not open, or breaks meanwhile
   */
  invoke(method: string, args: unknown[]): Promise<unknown>;
  /** Sends a frame. What is sent before the connection opens, or after it closed, is lost. */
  send(data: TransportMessage): void;
  close(code?: number, reason?: string): void;
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
declare function nativeCall<T>(socket: CapnWebSocket, method: string, args: unknown[], options: CallOptions | StreamOptions | undefined, defaultTimeout: number): Promise<T>;
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
declare class NativeCallQueue {
  #private;
  /** Adds a call; its promise is that of {@link nativeCall}. */
  enqueue<T>(method: string, args: unknown[], options: CallOptions | StreamOptions | undefined, defaultTimeout: number): Promise<T>;
  /** Makes every waiting call on a socket that has opened. */
  flush(socket: CapnWebSocket): void;
  /** Ends every waiting call: there will be no connection. `cause` becomes the errors' cause. */
  rejectAll(reason: string, cause?: unknown): void;
  /** Ends every waiting call: it will not be sent. */
  discardAll(reason: string): void;
}
export {
  AgentCallError,
  type AgentCallErrorCode,
  AgentClient,
  type AgentClientFetchOptions,
  type AgentClientOptions,
  AgentConnectionError,
  agentFetch,
  type AgentMethods,
  type AgentPromiseReturnType,
  type AgentStub,
  type AgentTransport,
  type CallOptions,
  createCloseClassifier,
  createStubProxy,
  DEFAULT_CALL_TIMEOUT_MS,
  isTerminalCloseEvent,
  nativeCall,
  NativeCallQueue,
  type OptionalAgentMethods,
  type RequiredAgentMethods,
  type RPCMethods,
  splitCallOptions,
  type StreamOptions,
  type UntypedAgentStub,
};