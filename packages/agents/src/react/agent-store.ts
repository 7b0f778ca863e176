/**
 * Everything `useAgent` knows of one address, outside React: identity, state, calls. A new address
 * gets a new store, so nothing of one agent is ever shown, or sent, as another's.
 *
 * @module
 */

import { PartySocket } from "partysocket";
import { type ReconnectOptions, reconnectDelay, spreadReconnects } from "../client/backoff.ts";
import {
  AgentCallError,
  type AgentCallErrorCode,
  CONNECTION_CLOSED,
} from "../client/call-error.ts";
import type { CallOptions, StreamOptions } from "../client/call-options.ts";
import { CapnWebCalls } from "../client/capnweb-calls.ts";
import type { WebSocketConstructor } from "../client/capnweb-socket.ts";
import {
  AgentConnectionError,
  type CloseLike,
  createCloseClassifier,
} from "../client/close-classifier.ts";
import { parseAgentFrame } from "../client/frames.ts";
import type { AgentConnectionOptions } from "../client/options.ts";
import { PendingCalls, refuseCall } from "../client/pending-calls.ts";
import {
  type AgentIdentity,
  announceIdentityChange,
  newSession,
  Readiness,
  runCallback,
  type Session,
  type SessionEffect,
  type SessionEvent,
  stepSession,
} from "../client/session.ts";
import { createStubProxy } from "../client/stub-proxy.ts";
import type { UntypedAgentStub } from "../client/stub-types.ts";
import { askStateFrame, type MCPServersState, MessageType } from "../wire.ts";

/** Why queued calls end when the hook's address changes. Part of the published behaviour. */
const ADDRESS_CHANGED =
  "Call discarded: the agent address changed before the request could be sent";

/** How long a connection lasts that counts as one that held, as for the socket itself. */
const MIN_UPTIME_MS = 5000;

/** What a component renders from. */
export interface AgentSnapshot {
  readonly state: unknown;
  readonly identity: AgentIdentity | null;
  readonly identified: boolean;
  readonly connectionError: AgentConnectionError | null;
  readonly ready: Promise<void>;
}

/** The callbacks and settings of the latest render. */
export interface AgentStoreOptions
  extends Omit<AgentConnectionOptions<unknown>, "agent">,
    ReconnectOptions {
  maxRetries?: number | undefined;
  minUptime?: number | undefined;
  onMcpUpdate?: (mcpServers: MCPServersState) => void;
}

/** The options that decide on the wire. */
type WireOptions = Pick<AgentConnectionOptions<unknown>, "transport" | "stateSync">;

/** One address' worth of client, driven by whichever socket currently leads there. */
export class AgentStore {
  /** The decision to pass to the socket. */
  readonly shouldReconnectOnClose: (event: CloseEvent) => boolean;
  /** Where calls go on the Cap'n Web wire; undefined on the other. */
  readonly native: CapnWebCalls | undefined;
  readonly stub: UntypedAgentStub;
  /** The callbacks of the latest render; set after each commit. */
  options: AgentStoreOptions = {};

  readonly #listeners = new Set<() => void>();
  readonly #pending = new PendingCalls("useAgent", () => undefined);
  readonly #outbox: string[] = [];
  readonly #takeFinalClose: () => boolean;
  readonly #url: string;
  #socket: PartySocket | null = null;
  // A socket that is replaced forgets how often it tried.
  #failures = 0;
  #openedAt: number | null = null;
  readonly #ready = new Readiness();
  #session: Session;
  #snapshot: AgentSnapshot;
  #holders = 0;
  #retired: readonly [code: AgentCallErrorCode, reason: string] | null = null;

  /**
   * @param url of the agent, without query
   * @param WebSocket what a Cap'n Web connection uses underneath, if not the platform's own
   */
  constructor(
    url: string,
    { transport, stateSync }: WireOptions,
    WebSocket?: WebSocketConstructor,
  ) {
    this.#url = url;
    this.native = transport === "capnweb" ? new CapnWebCalls(WebSocket) : undefined;
    this.#session = newSession(stateSync === "patch");
    const classifier = createCloseClassifier({
      socket: () => this.#attempts(),
      shouldReconnectOnClose: () => this.options.shouldReconnectOnClose,
      maxRetries: () => this.options.maxRetries,
    });
    this.shouldReconnectOnClose = classifier.shouldReconnectOnClose;
    this.#takeFinalClose = classifier.takeFinalClose;
    this.stub = createStubProxy<UntypedAgentStub>(this.call);
    this.#snapshot = {
      state: undefined,
      identity: null,
      identified: false,
      connectionError: null,
      ready: this.#ready.promise,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): AgentSnapshot => this.#snapshot;

  /** Calls a method; waits for a connection if there is none. */
  readonly call = async (
    method: string,
    args: unknown[] = [],
    options?: CallOptions | StreamOptions,
  ): Promise<unknown> => {
    const { defaultCallTimeout } = this.options;
    const socket = this.#socket;
    const call = { method, transmitted: false };
    if (this.#retired !== null) refuseCall(new AgentCallError(...this.#retired, call), options);
    const cause = this.#snapshot.connectionError;
    if (cause && (!socket || socket.readyState === socket.CLOSED)) {
      const lost = { ...call, cause };
      refuseCall(new AgentCallError("connection_lost", CONNECTION_CLOSED, lost), options);
    }
    if (this.native) return this.native.call(method, args, options, defaultCallTimeout);
    const { result } = this.#pending.start(method, args, options, defaultCallTimeout);
    if (socket?.readyState === socket?.OPEN) this.#flush();
    return result;
  };

  /** Replaces the agent's state: here at once, there as soon as there is a connection. */
  readonly setState = (state: unknown): void => {
    const frame = JSON.stringify({ state, type: MessageType.CF_AGENT_STATE });
    if (this.#socket) this.#socket.send(frame);
    else this.#outbox.push(frame);
    this.#step({ type: "write" });
    this.#publish({ state });
    this.options.onStateUpdate?.(state, "client");
  };

  /** Whether this store is for this address and wire. */
  leadsTo(url: string, { transport, stateSync }: WireOptions): boolean {
    if (this.#url !== url || (this.native !== undefined) !== (transport === "capnweb"))
      return false;
    return this.#session.takesPatches === (stateSync === "patch");
  }

  /** Whether a socket leads here, by the right wire. */
  drives(socket: PartySocket): boolean {
    if (socket.roomUrl !== this.#url) return false;
    return !this.native || socket.partySocketOptions.WebSocket === this.native.WebSocket;
  }

  /** Follows a socket that leads here. The returned function lets go of it. */
  attach(socket: PartySocket): () => void {
    this.#socket = socket;
    spreadReconnects(OptionsReader.read(socket), () => socket.retryCount);
    for (const frame of this.#outbox.splice(0)) socket.send(frame);
    if (socket.readyState === socket.OPEN) this.opened();
    return () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#step({ type: "close" });
      this.#pending.lose("transmitted");
    };
  }

  /** The socket opened: what waited goes out. */
  opened(): void {
    this.#openedAt = Date.now();
    this.#publish({ connectionError: null });
    this.#flush();
    this.native?.opened();
  }

  /** Takes a message; returns whether it was a protocol frame (the application's, if not). */
  received(data: unknown): boolean {
    const frame = parseAgentFrame(data);
    if (!frame) return false;
    if (frame.kind !== "rpc") this.#step({ type: "frame", frame });
    // Over Cap'n Web, answers to raw frames are the application's own.
    else if (this.native) return false;
    else this.#pending.settle(frame.reply);
    return true;
  }

  /** A socket closed. Returns in how many milliseconds to try again; undefined: not at all. */
  closed(event: CloseLike, socket: PartySocket): number | undefined {
    const final = this.#takeFinalClose();
    const reconnects = socket.shouldReconnect && !final;
    // `reconnect()` of the application speaks up before the socket is closed, and starts over.
    const isRestart = socket.readyState === socket.CLOSING;
    if (reconnects) this.#failures = isRestart ? 0 : this.#failuresSoFar() + 1;
    this.#openedAt = null;
    this.#step({ type: "close" });
    this.#pending.lose("transmitted");
    if (reconnects) return isRestart ? 0 : reconnectDelay(this.options, this.#failures);
    if (!final) return undefined;
    const error = new AgentConnectionError(event);
    this.#publish({ connectionError: error });
    this.#pending.lose("all", error);
    this.native?.rejectQueued(error);
    runCallback(() => this.options.onConnectionError?.(error));
    return undefined;
  }

  /** A mounted component uses this store. */
  hold(): void {
    this.#holders++;
    this.#retired = null;
  }

  /**
   * The component let go. Strict mode takes it up again at once, so the end is decided a moment
   * later.
   */
  release(): void {
    this.#holders--;
    queueMicrotask(() => {
      if (this.#holders > 0 || this.#retired !== null) return;
      this.#retired = ["connection_lost", CONNECTION_CLOSED];
      this.#pending.lose("all");
      this.native?.rejectQueued();
    });
  }

  /** The address changed: ends the calls that wait, and those that stale references make. */
  discard(): void {
    this.#retired = ["call_discarded", ADDRESS_CHANGED];
    this.#pending.discard(ADDRESS_CHANGED);
    this.native?.discardQueued(ADDRESS_CHANGED);
  }

  /** The socket as the decision about reconnecting sees it. */
  #attempts(): { shouldReconnect: boolean; retryCount: number } | null {
    if (!this.#socket) return null;
    const { shouldReconnect, retryCount } = this.#socket;
    return { shouldReconnect, retryCount: Math.max(retryCount, this.#failuresSoFar()) };
  }

  /** Failures in a row; a connection that held makes up for them. */
  #failuresSoFar(): number {
    const { minUptime = MIN_UPTIME_MS } = this.options;
    const held = this.#openedAt !== null && Date.now() - this.#openedAt >= minUptime;
    return held ? 0 : this.#failures;
  }

  #flush(): void {
    const socket = this.#socket;
    if (!socket) return;
    for (const [id, frame] of this.#pending.queued()) {
      if (socket.send(frame)) this.#pending.markTransmitted(id);
    }
  }

  #publish(change: Partial<AgentSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of [...this.#listeners]) listener();
  }

  #step(event: SessionEvent): void {
    const [session, effects] = stepSession(this.#session, event);
    this.#session = session;
    for (const effect of effects) runCallback(() => this.#perform(effect));
  }

  #perform(effect: SessionEffect): void {
    const options = this.options;
    switch (effect.type) {
      case "state":
        this.#publish({ state: effect.state });
        options.onStateUpdate?.(effect.state, "server");
        break;
      case "ask-state":
        this.#socket?.send(askStateFrame());
        break;
      case "state-error":
        options.onStateUpdateError?.(effect.error);
        break;
      case "mcp":
        options.onMcpUpdate?.(effect.mcp);
        break;
      case "identity-change":
        announceIdentityChange(effect, options.onIdentityChange);
        break;
      case "identity":
        this.#publish({ identified: true, identity: effect.identity });
        this.#ready.resolve();
        options.onIdentity?.(effect.identity.name, effect.identity.agent);
        break;
      case "unready":
        this.#ready.reset();
        this.#publish({ identified: false, ready: this.#ready.promise });
        break;
    }
  }
}

/** Reaches the options that a socket reads before each attempt; they are its subclasses' to see. */
class OptionsReader extends PartySocket {
  static read(socket: PartySocket) {
    return (socket as OptionsReader)._options;
  }
}
