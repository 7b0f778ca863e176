/**
 * Continuations and turns that have no stream yet, as code that runs a chat of its own keeps them.
 * `AIChatAgent` has its own, which also survive the end of the process.
 *
 * @module
 */

import { type Clock, systemClock } from "../../clock.ts";
import type { ClientToolSchema } from "../types.ts";
import { pendingFrame, resumeNoneFrame } from "../wire.ts";
import { type ChatConnection, sendIfOpen } from "./protocol.ts";

/** What a continuation's frames are sent to. */
export type ContinuationConnection = ChatConnection;

/** A continuation that is to come, or runs. */
export interface ContinuationPending<
  TConnection extends ContinuationConnection = ContinuationConnection,
> {
  connection: TConnection;
  connectionId: string | null;
  requestId: string;
  clientTools?: ClientToolSchema[];
  body?: Record<string, unknown>;
  errorPrefix: string | null;
  prerequisite: Promise<boolean> | null;
  /** It runs: what comes now asks for another one. */
  pastCoalesce: boolean;
}

/** One that comes after the one that runs. */
export interface ContinuationDeferred<
  TConnection extends ContinuationConnection = ContinuationConnection,
> {
  connection: TConnection;
  connectionId: string | null;
  clientTools?: ClientToolSchema[];
  body?: Record<string, unknown>;
  errorPrefix: string;
  prerequisite: Promise<boolean> | null;
}

/** The continuations of a chat, and who waits for their streams. */
export class ContinuationState<
  TConnection extends ContinuationConnection = ContinuationConnection,
> {
  pending: ContinuationPending<TConnection> | null = null;
  deferred: ContinuationDeferred<TConnection> | null = null;
  activeRequestId: string | null = null;
  activeConnectionId: string | null = null;
  awaitingConnections: Map<string, TConnection> = new Map();

  /** Forgets the one to come, and who waits, without a word. */
  clearPending(): void {
    this.pending = null;
    this.awaitingConnections.clear();
  }

  clearDeferred(): void {
    this.deferred = null;
  }

  clearAll(): void {
    this.clearPending();
    this.clearDeferred();
    this.activeRequestId = null;
    this.activeConnectionId = null;
  }

  /** A connection has gone; what it asked for stays. */
  releaseConnection(connectionId: string): void {
    this.awaitingConnections.delete(connectionId);
    if (this.pending?.connectionId === connectionId) this.pending.connectionId = null;
    if (this.deferred?.connectionId === connectionId) this.deferred.connectionId = null;
    if (this.activeConnectionId === connectionId) this.activeConnectionId = null;
  }

  /** Tells those who wait that there is nothing to wait for. */
  sendResumeNone(): void {
    this.flushAwaitingConnections((connection) => sendIfOpen(connection, resumeNoneFrame()));
  }

  flushAwaitingConnections(notify: (conn: TConnection) => void): void {
    const waiting = [...this.awaitingConnections.values()];
    this.awaitingConnections.clear();
    for (const connection of waiting) notify(connection);
  }

  /** The stream of the one to come has begun. */
  activatePending(): void {
    if (!this.pending) return;
    this.activeRequestId = this.pending.requestId;
    this.activeConnectionId = this.pending.connectionId;
    this.pending = null;
  }

  /** The one that ran has ended: the next one is to come. */
  activateDeferred(generateRequestId: () => string): ContinuationPending<TConnection> | null {
    const { deferred } = this;
    if (!deferred) return null;
    this.deferred = null;
    this.activeRequestId = null;
    this.activeConnectionId = null;
    this.pending = { ...deferred, requestId: generateRequestId(), pastCoalesce: false };
    return this.pending;
  }
}

/** What asks for a continuation. */
export interface ContinuationSpec<
  TConnection extends ContinuationConnection = ContinuationConnection,
> {
  connection: TConnection;
  clientTools: ClientToolSchema[] | undefined;
  body: Record<string, unknown> | undefined;
  errorPrefix: string;
}

/** The chat, as {@link AutoContinuationController} sees it. */
export interface AutoContinuationHost<
  TConnection extends ContinuationConnection = ContinuationConnection,
> {
  readonly continuation: ContinuationState<TConnection>;
  generateRequestId(): string;
  /** An answer streams: more calls may come. */
  isStreamActive(): boolean;
  /** What a client said is being applied. */
  hasPendingInteraction(): boolean;
  /** Of the last calls some are answered and some not. */
  hasIncompleteToolBatch(): boolean;
  drainInteractionApplies(): Promise<void>;
  keepAliveWhile<T>(fn: () => Promise<T>): Promise<T>;
  /** Runs the turn that `continuation.pending` describes. */
  fire(): void;
}

/** Begins a continuation when all calls of a step are answered: once for answers that come together. */
export class AutoContinuationController<
  TConnection extends ContinuationConnection = ContinuationConnection,
> {
  /** Milliseconds for further answers to come in. */
  static readonly COALESCE_MS = 50;
  readonly #host: AutoContinuationHost<TConnection>;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;
  #isDraining = false;

  constructor(host: AutoContinuationHost<TConnection>, clock: Clock = systemClock) {
    this.#host = host;
    this.#clock = clock;
  }

  /** An answer asks for a continuation. */
  schedule(spec: ContinuationSpec<TConnection>): void {
    const { continuation } = this.#host;
    const { body, clientTools, connection, errorPrefix } = spec;
    const wish = {
      ...{ connection, connectionId: connection.id, errorPrefix, prerequisite: null },
      ...(clientTools ? { clientTools } : {}),
      ...(body ? { body } : {}),
    };
    if (continuation.pending?.pastCoalesce) {
      continuation.deferred = wish;
      return;
    }
    const requestId = continuation.pending?.requestId ?? this.#host.generateRequestId();
    continuation.pending = { ...wish, requestId, pastCoalesce: false };
    continuation.awaitingConnections.set(connection.id, connection);
    this.armTimer();
  }

  /** An answer that asks for none may be what another one waits for. */
  rearmForBatch(): void {
    const { pending } = this.#host.continuation;
    if (pending && !pending.pastCoalesce) this.armTimer();
  }

  armTimer(): void {
    this.cancelTimer();
    const fire = () => {
      this.#cancel = undefined;
      this.fireWhenStable();
    };
    this.#cancel = this.#clock.after(AutoContinuationController.COALESCE_MS, fire);
  }

  /** Begins the continuation, unless something is still to come; that will ask again. */
  fireWhenStable(): void {
    const { continuation } = this.#host;
    if (!continuation.pending || continuation.pending.pastCoalesce || this.#isDraining) return;
    if (this.#host.isStreamActive()) return;
    if (this.#isReady()) {
      this.#fire();
      return;
    }
    this.#isDraining = true;
    const drained = this.#host.keepAliveWhile(() => this.#host.drainInteractionApplies());
    drained
      .catch((error: unknown) => console.error("An answer could not be waited for:", error))
      .finally(() => {
        this.#isDraining = false;
        const isWanted = continuation.pending && !continuation.pending.pastCoalesce;
        if (isWanted && !this.#host.isStreamActive() && this.#isReady()) this.#fire();
      });
  }

  activateDeferredAndReschedule(): void {
    const next = this.#host.continuation.activateDeferred(() => this.#host.generateRequestId());
    if (!next) return;
    this.#host.continuation.awaitingConnections.set(next.connection.id, next.connection);
    this.armTimer();
  }

  cancelTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Whether the continuation is about to begin by itself. */
  isArmed(): boolean {
    return this.#cancel !== undefined || this.#isDraining;
  }

  reset(): void {
    this.cancelTimer();
    this.#isDraining = false;
  }

  #isReady(): boolean {
    return !this.#host.hasPendingInteraction() && !this.#host.hasIncompleteToolBatch();
  }

  #fire(): void {
    const { pending } = this.#host.continuation;
    if (!pending) return;
    this.cancelTimer();
    pending.pastCoalesce = true;
    this.#host.fire();
  }
}

/** Turns that were accepted and have no stream yet, and who waits for one. */
export class PreStreamTurns<TConnection extends ChatConnection = ChatConnection> {
  readonly awaitingConnections: Map<string, TConnection> = new Map();
  readonly #accepted = new Set<string>();

  begin(requestId: string): void {
    this.#accepted.add(requestId);
  }

  /** A turn is over; whether it was the last. */
  settle(requestId: string): boolean {
    this.#accepted.delete(requestId);
    return !this.hasInFlight();
  }

  hasInFlight(): boolean {
    return this.#accepted.size > 0;
  }

  get latestRequestId(): string | null {
    return [...this.#accepted].at(-1) ?? null;
  }

  /** Has a connection wait, and tells it so; false when there is nothing to wait for. */
  park(connection: TConnection, probeId?: string): boolean {
    const { latestRequestId } = this;
    if (latestRequestId === null) return false;
    this.awaitingConnections.set(connection.id, connection);
    sendIfOpen(connection, pendingFrame(latestRequestId, probeId));
    return true;
  }

  release(connectionId: string): void {
    this.awaitingConnections.delete(connectionId);
  }

  /** A stream has begun. */
  flushOnStreamStart(notify: (connection: TConnection) => void): void {
    const waiting = [...this.awaitingConnections.values()];
    this.awaitingConnections.clear();
    for (const connection of waiting) notify(connection);
  }

  /** Tells those who wait that there will be none. */
  releaseAwaiting(): void {
    this.flushOnStreamStart((connection) => sendIfOpen(connection, resumeNoneFrame()));
  }

  reset(): void {
    this.#accepted.clear();
    this.awaitingConnections.clear();
  }
}
