/**
 * A connection to one agent, for Node and browsers.
 *
 * @module
 */

import { type PartyFetchOptions, PartySocket } from "partysocket";
import { messageOf } from "../errors.ts";
import { camelCaseToKebabCase } from "../routing/names.ts";
import { askStateFrame, MessageType, STATE_SYNC_PATCH, STATE_SYNC_QUERY } from "../wire.ts";
import { spreadReconnects } from "./backoff.ts";
import { AgentCallError, CONNECTION_CLOSED } from "./call-error.ts";
import type { CallOptions, StreamOptions } from "./call-options.ts";
import { CapnWebCalls } from "./capnweb-calls.ts";
import { AgentConnectionError, type CloseLike, createCloseClassifier } from "./close-classifier.ts";
import { parseAgentFrame } from "./frames.ts";
import type { AgentClientOptions } from "./options.ts";
import { PendingCalls, refuseCall } from "./pending-calls.ts";
import {
  announceIdentityChange,
  newSession,
  Readiness,
  runCallback,
  type Session,
  type SessionEffect,
  type SessionEvent,
  stepSession,
} from "./session.ts";
import { createStubProxy } from "./stub-proxy.ts";
import type { AgentClientCall, AgentClientStub } from "./stub-types.ts";

/** Why a call ends at once while `maxEnqueuedMessages` wait. */
const QUEUE_FULL = "Call discarded: maxEnqueuedMessages are waiting to be sent";

type StateOf<AgentT> = AgentT extends { get state(): infer State } ? State : AgentT;

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
export class AgentClient<AgentT = unknown, State = StateOf<AgentT>> extends PartySocket {
  /**
   * @deprecated Use {@link agentFetch}.
   * @throws Error always
   */
  static override fetch(_opts: PartyFetchOptions): Promise<Response> {
    throw new Error("AgentClient.fetch is not implemented, use agentFetch instead");
  }

  /** Class of the agent in kebab-case; the server's own word once `identified`. */
  agent: string;
  /** Name of the instance; the server's own word once `identified`. */
  override name: string;
  /** The agent's state: `undefined` until the first arrives, then always the latest known. */
  state: State | undefined = undefined;
  /** Whether the server identified itself on this connection (and its state is applied). */
  identified = false;
  /** Why the connection ended for good, or `null`. Cleared when a connection opens. */
  connectionError: AgentConnectionError | null = null;
  /** Calls a method of the agent. Rejects with the agent's message when the method throws. */
  call: AgentClientCall<AgentT>;
  /** The agent's methods as an object. */
  stub: AgentClientStub<AgentT>;

  readonly #options: AgentClientOptions<State>;
  readonly #pending: PendingCalls;
  readonly #takeFinalClose: () => boolean;
  readonly #native: CapnWebCalls | undefined;
  readonly #ready = new Readiness();
  #session: Session;
  // Whether this connection is over until `reconnect()`.
  #ended = false;

  constructor(options: AgentClientOptions<State>) {
    const agent = camelCaseToKebabCase(options.agent);
    const name = options.name || "default";
    const native =
      options.transport === "capnweb" ? new CapnWebCalls(options.WebSocket) : undefined;
    const self: { socket: AgentClient<AgentT, State> | null } = { socket: null };
    const patches = options.stateSync === "patch";
    const sync = patches ? { [STATE_SYNC_QUERY]: STATE_SYNC_PATCH } : {};
    const { query } = options;
    const classifier = createCloseClassifier({
      socket: () => self.socket,
      shouldReconnectOnClose: () => options.shouldReconnectOnClose,
      maxRetries: () => options.maxRetries,
    });
    super({
      prefix: "agents",
      party: agent,
      room: name,
      ...options,
      ...(native ? { WebSocket: native.WebSocket } : {}),
      query:
        typeof query === "function"
          ? async () => ({ ...(await self.socket!.#ask(query)), ...sync })
          : { ...query, ...sync },
      shouldReconnectOnClose: classifier.shouldReconnectOnClose,
    });
    self.socket = this;
    this.agent = agent;
    this.name = name;
    this.#options = options;
    this.#native = native;
    this.#session = newSession(patches);
    spreadReconnects(this._options, () => this.retryCount);
    this.#takeFinalClose = classifier.takeFinalClose;
    this.#pending = new PendingCalls("AgentClient", (frame) => this.#unqueue(frame));
    const call = (
      method: string,
      args: unknown[] = [],
      callOptions?: CallOptions | StreamOptions,
    ) => this.#call(method, args, callOptions);
    this.call = call as AgentClientCall<AgentT>;
    this.stub = createStubProxy<AgentClientStub<AgentT>>(call);
    this.addEventListener("open", () => this.#opened());
    this.addEventListener("message", (event) => this.#received(event.data));
    this.addEventListener("close", (event) => this.#closed(event));
  }

  /** Resolves when the agent is identified and its state is here; a new promise per connection. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * Replaces the agent's state. Applied here at once and not undone if the server refuses it;
   * `onStateUpdateError` tells.
   */
  setState(state: State): void {
    this.send(JSON.stringify({ state, type: MessageType.CF_AGENT_STATE }));
    this.#step({ type: "write" });
    this.state = state;
    this.#options.onStateUpdate?.(state, "client");
  }

  /** Closes, and ends every unanswered call with `Connection closed`, until `reconnect()`. */
  override close(code?: number, reason?: string): void {
    this.#ended = true;
    this.#lose("all");
    super.close(code, reason);
  }

  /** Connects anew at once: the way back after `close()` or a final close. */
  override reconnect(code?: number, reason?: string): void {
    this.#ended = false;
    super.reconnect(code, reason);
  }

  async #call(
    method: string,
    args: unknown[],
    options?: CallOptions | StreamOptions,
  ): Promise<unknown> {
    if (this.#ended) {
      const call = { method, transmitted: false, cause: this.connectionError ?? undefined };
      refuseCall(new AgentCallError("connection_lost", CONNECTION_CLOSED, call), options);
    }
    const { defaultCallTimeout } = this.#options;
    if (this.#native) return this.#native.call(method, args, options, defaultCallTimeout);
    const call = this.#pending.start(method, args, options, defaultCallTimeout);
    const queued = this.bufferedAmount;
    if (this.send(call.frame)) this.#pending.markTransmitted(call.id);
    else if (this.bufferedAmount === queued) this.#pending.discard(QUEUE_FULL, call.id);
    return call.result;
  }

  /** Takes a frame that nobody waits for any more out of the send queue. */
  #unqueue(frame: string): void {
    for (const message of this.drainQueuedMessages()) if (message !== frame) this.send(message);
  }

  /** Asks the application for its parameters. A failure is a failed attempt, and may be the last. */
  async #ask<Params>(query: () => Params | Promise<Params>): Promise<Params> {
    try {
      return await query();
    } catch (error) {
      const { maxRetries = Number.POSITIVE_INFINITY } = this.#options;
      if (this.retryCount >= maxRetries) this.#finish(queryFailure(error));
      throw error;
    }
  }

  #opened(): void {
    this.#ended = false;
    this.connectionError = null;
    this.#pending.markAllTransmitted();
    this.#native?.opened();
  }

  #received(data: unknown): void {
    const frame = parseAgentFrame(data);
    if (!frame) return;
    if (frame.kind !== "rpc") this.#step({ type: "frame", frame });
    // Over Cap'n Web, answers to raw frames are the application's own.
    else if (!this.#native) this.#pending.settle(frame.reply);
  }

  #closed(event: CloseLike): void {
    const final = this.#takeFinalClose();
    this.#step({ type: "close" });
    if (final) this.#finish(event);
    else this.#lose(this.shouldReconnect ? "transmitted" : "all");
  }

  #finish(event: CloseLike): void {
    const error = new AgentConnectionError(event);
    this.#ended = true;
    this.connectionError = error;
    runCallback(() => this.#options.onConnectionError?.(error));
    this.#lose("all", error);
  }

  #lose(which: "transmitted" | "all", cause?: AgentConnectionError): void {
    this.#pending.lose(which, cause);
    if (which === "all") this.#native?.rejectQueued(cause);
  }

  #step(event: SessionEvent): void {
    const [session, effects] = stepSession(this.#session, event);
    this.#session = session;
    for (const effect of effects) runCallback(() => this.#perform(effect));
  }

  #perform(effect: SessionEffect): void {
    const options = this.#options;
    switch (effect.type) {
      case "state":
        this.state = effect.state as State;
        options.onStateUpdate?.(this.state, "server");
        break;
      case "ask-state":
        this.send(askStateFrame());
        break;
      case "state-error":
        options.onStateUpdateError?.(effect.error);
        break;
      case "identity-change":
        announceIdentityChange(effect, options.onIdentityChange);
        break;
      case "identity":
        this.identified = true;
        this.name = effect.identity.name;
        this.agent = effect.identity.agent;
        this.#ready.resolve();
        options.onIdentity?.(this.name, this.agent);
        break;
      case "unready":
        this.identified = false;
        this.#ready.reset();
        break;
      case "mcp":
        break;
    }
  }
}

/** The end of a connection whose parameters could not be had, in the form of a close. */
function queryFailure(error: unknown): CloseLike {
  return { code: 1006, reason: `query failed: ${messageOf(error)}`, wasClean: false };
}
