/**
 * Everything `useAgent` knows of one address, outside React: identity, state, calls. A new address
 * gets a new store, so nothing of one agent is ever shown, or sent, as another's.
 *
 * @module
 */

import type { PartySocket } from "partysocket";
import type { CallOptions, StreamOptions } from "../client/call-options.ts";
import {
  AgentConnectionError,
  type CloseLike,
  createCloseClassifier,
} from "../client/close-classifier.ts";
import { parseAgentFrame } from "../client/frames.ts";
import type { AgentConnectionOptions } from "../client/options.ts";
import { CONNECTION_CLOSED, PendingCalls } from "../client/pending-calls.ts";
import {
  type AgentIdentity,
  announceIdentityChange,
  createDeferred,
  NEW_SESSION,
  runCallback,
  type SessionEffect,
  type SessionEvent,
  stepSession,
} from "../client/session.ts";
import { createStubProxy } from "../client/stub-proxy.ts";
import type { UntypedAgentStub } from "../client/stub-types.ts";
import { MessageType } from "../wire.ts";

/** Why queued calls end when the hook's address changes. Part of the published behaviour. */
export const ADDRESS_CHANGED =
  "Call discarded: the agent address changed before the request could be sent";

/** What a component renders from. */
export interface AgentSnapshot {
  readonly state: unknown;
  readonly identity: AgentIdentity | null;
  readonly identified: boolean;
  readonly connectionError: AgentConnectionError | null;
  readonly ready: Promise<void>;
}

/** The callbacks and settings of the latest render. */
export interface AgentStoreOptions extends Omit<AgentConnectionOptions<unknown>, "agent"> {
  maxRetries?: number | undefined;
  onMcpUpdate?: ((mcp: unknown) => void) | undefined;
}

/** One address' worth of client, driven by whichever socket currently leads there. */
export class AgentStore {
  /** URL of the agent, without query. */
  readonly address: string;
  /** The decision to pass to the socket. */
  readonly shouldReconnectOnClose: (event: CloseLike) => boolean;
  readonly stub: UntypedAgentStub;
  /** The callbacks of the latest render; set after each commit. */
  options: AgentStoreOptions = {};

  readonly #listeners = new Set<() => void>();
  readonly #pending = new PendingCalls("useAgent", () => undefined);
  readonly #outbox: string[] = [];
  readonly #takeFinalClose: () => boolean;
  #socket: PartySocket | null = null;
  #session = NEW_SESSION;
  #ready = createDeferred();
  #snapshot: AgentSnapshot;
  #holders = 0;
  #retired: string | null = null;

  constructor(address: string) {
    this.address = address;
    const classifier = createCloseClassifier<CloseLike>({
      socket: () => this.#socket,
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
    if (this.#retired !== null) throw new Error(this.#retired);
    const socket = this.#socket;
    if (this.#snapshot.connectionError && (!socket || socket.readyState === socket.CLOSED)) {
      throw new Error(CONNECTION_CLOSED);
    }
    const { result } = this.#pending.start(method, args, options, this.options.defaultCallTimeout);
    if (socket?.readyState === socket?.OPEN) this.#flush();
    return result;
  };

  /** Replaces the agent's state: here at once, there as soon as there is a connection. */
  readonly setState = (state: unknown): void => {
    const frame = JSON.stringify({ state, type: MessageType.CF_AGENT_STATE });
    if (this.#socket) this.#socket.send(frame);
    else this.#outbox.push(frame);
    this.#publish({ state });
    this.options.onStateUpdate?.(state, "client");
  };

  /** Follows a socket that leads to this address. The returned function lets go of it. */
  attach(socket: PartySocket): () => void {
    this.#socket = socket;
    for (const frame of this.#outbox.splice(0)) socket.send(frame);
    if (socket.readyState === socket.OPEN) this.opened();
    return () => {
      if (this.#socket === socket) this.#socket = null;
    };
  }

  /** The socket opened: what waited goes out. */
  opened(): void {
    this.#publish({ connectionError: null });
    this.#flush();
  }

  /** Takes a message; returns whether it was a protocol frame (the application's, if not). */
  received(data: unknown): boolean {
    const frame = parseAgentFrame(data);
    if (!frame) return false;
    if (frame.kind === "rpc") this.#pending.settle(frame.reply);
    else this.#step({ type: "frame", frame });
    return true;
  }

  /** The socket closed. Returns whether it will connect again by itself. */
  closed(event: CloseLike, reconnects: boolean): boolean {
    const final = this.#takeFinalClose();
    this.#step({ type: "close" });
    this.#pending.rejectAll(CONNECTION_CLOSED, "transmitted");
    if (!final) return reconnects;
    const error = new AgentConnectionError(event);
    this.#publish({ connectionError: error });
    this.#pending.rejectAll(CONNECTION_CLOSED);
    runCallback(() => this.options.onConnectionError?.(error));
    return false;
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
      if (this.#holders === 0 && this.#retired === null) this.retire(CONNECTION_CLOSED);
    });
  }

  /** Ends all calls, those of stale references included, with `reason`. */
  retire(reason: string): void {
    this.#retired = reason;
    this.#pending.rejectAll(reason, "queued");
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
        this.#ready = createDeferred();
        this.#publish({ identified: false, ready: this.#ready.promise });
        break;
    }
  }
}
