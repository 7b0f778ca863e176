/**
 * A connection to one agent, for Node and browsers.
 *
 * @module
 */

import { type PartyFetchOptions, PartySocket } from "partysocket";
import { camelCaseToKebabCase } from "../routing/names.ts";
import { MessageType } from "../wire.ts";
import type { CallOptions, StreamOptions } from "./call-options.ts";
import { AgentConnectionError, type CloseLike, createCloseClassifier } from "./close-classifier.ts";
import { parseAgentFrame } from "./frames.ts";
import type { AgentClientOptions } from "./options.ts";
import { CONNECTION_CLOSED, PendingCalls } from "./pending-calls.ts";
import {
  announceIdentityChange,
  createDeferred,
  NEW_SESSION,
  runCallback,
  type SessionEffect,
  type SessionEvent,
  stepSession,
} from "./session.ts";
import { createStubProxy } from "./stub-proxy.ts";
import type { AgentClientCall, AgentClientStub } from "./stub-types.ts";
import { requireWebSocketTransport } from "./transport.ts";

type StateOf<AgentT> = AgentT extends { get state(): infer State } ? State : AgentT;

/**
 * A reconnecting connection to an agent: its state, live; its methods, as calls; and raw messages
 * through the WebSocket interface it extends.
 *
 * - Calls made while there is no connection wait for it. Calls that were on the wire when it broke
 *   reject with `Connection closed`: they may have run, so they are not sent again.
 * - `ready` resolves once the agent said who it is and its stored state is applied, anew on each
 *   connection. An agent with `sendIdentityOnConnect: false` never says, and is never `ready`.
 * - Close codes 1008 and 4000–4999 end the connection for good, see {@link connectionError}.
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
  readonly call: AgentClientCall<AgentT>;
  /** The agent's methods as an object. */
  readonly stub: AgentClientStub<AgentT>;

  readonly #options: AgentClientOptions<State>;
  readonly #pending: PendingCalls;
  readonly #takeFinalClose: () => boolean;
  #session = NEW_SESSION;
  #ready = createDeferred();

  constructor(options: AgentClientOptions<State>) {
    requireWebSocketTransport(options.transport);
    const agent = camelCaseToKebabCase(options.agent);
    const name = options.name ?? "default";
    const self: { socket: PartySocket | null } = { socket: null };
    const classifier = createCloseClassifier<CloseLike>({
      socket: () => self.socket,
      shouldReconnectOnClose: () => options.shouldReconnectOnClose,
      maxRetries: () => options.maxRetries,
    });
    super({
      prefix: "agents",
      party: agent,
      room: name,
      ...options,
      shouldReconnectOnClose: classifier.shouldReconnectOnClose,
    });
    self.socket = this;
    this.agent = agent;
    this.name = name;
    this.#options = options;
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
    this.state = state;
    this.#options.onStateUpdate?.(state, "client");
  }

  /** Closes for good and ends every unanswered call with `Connection closed`. */
  override close(code?: number, reason?: string): void {
    this.#pending.rejectAll(CONNECTION_CLOSED);
    super.close(code, reason);
  }

  async #call(
    method: string,
    args: unknown[],
    options?: CallOptions | StreamOptions,
  ): Promise<unknown> {
    if (this.connectionError && this.readyState === this.CLOSED) {
      throw new Error(CONNECTION_CLOSED);
    }
    const { id, frame, result } = this.#pending.start(
      method,
      args,
      options,
      this.#options.defaultCallTimeout,
    );
    if (this.send(frame)) this.#pending.markTransmitted(id);
    return result;
  }

  /** Takes a frame that nobody waits for any more out of the send queue. */
  #unqueue(frame: string): void {
    for (const message of this.drainQueuedMessages()) if (message !== frame) this.send(message);
  }

  #opened(): void {
    this.connectionError = null;
    this.#pending.markAllTransmitted();
  }

  #received(data: unknown): void {
    const frame = parseAgentFrame(data);
    if (!frame) return;
    if (frame.kind === "rpc") this.#pending.settle(frame.reply);
    else this.#step({ type: "frame", frame });
  }

  #closed(event: CloseLike): void {
    const final = this.#takeFinalClose();
    this.#step({ type: "close" });
    const reconnects = this.shouldReconnect && !final;
    if (final) {
      const error = new AgentConnectionError(event);
      this.connectionError = error;
      runCallback(() => this.#options.onConnectionError?.(error));
    }
    this.#pending.rejectAll(CONNECTION_CLOSED, reconnects ? "transmitted" : "all");
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
        this.#ready = createDeferred();
        break;
      case "mcp":
        break;
    }
  }
}
