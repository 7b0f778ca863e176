import type { ConnectionRecord } from "../connections/connection.ts";
import { type Connections, closeQuietly } from "../connections/connections.ts";
import { agentContext } from "../context.ts";
import { messageOf } from "../errors.ts";
import type { InternalServices } from "../lifecycle/capability.ts";
import { isErrorRetryable } from "../retry/platform.ts";
import type { RpcDispatcher } from "../rpc/dispatch.ts";
import {
  type ClientFrame,
  CloseCode,
  CloseReason,
  isCall,
  isPatchRequest,
  isStateUpdate,
  parseFrame,
  UNSENDABLE_CLOSE_CODES,
} from "../wire.ts";
import type {
  ConnectionLimits,
  InternalHandlers,
  WebSocketMessage,
  WebSocketsOptions,
} from "./options.ts";
import type { Protocol } from "./protocol.ts";
import { type Allowance, fullAllowance, takeOne } from "./rate.ts";

/** What dealing with messages needs. */
export interface MessagePorts {
  readonly services: InternalServices;
  readonly options: WebSocketsOptions;
  readonly connections: Connections;
  readonly protocol: Protocol;
  readonly rpc: RpcDispatcher | undefined;
  readonly limits: ConnectionLimits | undefined;
  readonly settle: ((error: unknown) => Promise<void>) | undefined;
  handlers(): readonly InternalHandlers[];
}

const OPEN = 1;
const PEER_GONE = /Network connection lost|WebSocket peer disconnected/i;

/** Deals with what comes on connections, of either wire. */
export class Messages {
  readonly #ports: MessagePorts;
  readonly #allowances = new WeakMap<ConnectionRecord, Allowance>();

  constructor(ports: MessagePorts) {
    this.#ports = ports;
  }

  /** A call, a frame about the state, or a message for the handlers. */
  message(record: ConnectionRecord, message: WebSocketMessage): void | Promise<void> {
    if (!this.admits(record)) return undefined;
    const frame = typeof message === "string" ? parseFrame(message) : undefined;
    if (frame) {
      const { options, protocol, rpc } = this.#ports;
      if (rpc && isCall(frame)) return rpc.dispatch(record, frame);
      if (options.state && options.protocol !== false) {
        if (isStateUpdate(frame)) {
          return agentContext.run(record.context, () => protocol.apply(record, frame.state));
        }
        if (isPatchRequest(frame)) return protocol.setPatches(record, frame.enabled);
      }
    }
    return agentContext.run(record.context, () => this.#offer(record, message, frame));
  }

  /** Counts a message; one too many closes the connection. */
  admits(record: ConnectionRecord): boolean {
    const perSecond = this.#ports.limits?.maxMessagesPerSecond;
    if (perSecond === undefined) return true;
    const now = this.#ports.services.clock.now();
    const held = this.#allowances.get(record) ?? fullAllowance(perSecond, now);
    const left = takeOne(held, perSecond, now);
    if (left) {
      this.#allowances.set(record, left);
      return true;
    }
    const { connections, rpc } = this.#ports;
    connections.forget(record);
    rpc?.closed(record);
    const { TRY_AGAIN_LATER } = CloseCode;
    closeQuietly(record.connection, TRY_AGAIN_LATER, CloseReason.TOO_MANY_MESSAGES);
    return false;
  }

  /** A connection is closed. Answers the close frame when that is allowed. */
  async close(
    record: ConnectionRecord,
    code: number,
    reason: string,
    wasClean: boolean,
  ): Promise<void> {
    const { connections, handlers, rpc } = this.#ports;
    const { connection } = record;
    connections.forget(record);
    rpc?.closed(record);
    try {
      await agentContext.run(record.context, async () => {
        for (const handler of handlers()) {
          await handler.onClose?.(connection, code, reason, wasClean);
        }
      });
    } finally {
      if (!UNSENDABLE_CLOSE_CODES.has(code)) reciprocate(connection, code, reason);
    }
  }

  /** A connection failed. That a peer went away is not an error. */
  async error(record: ConnectionRecord, error: unknown): Promise<void> {
    const { connection } = record;
    if (connection.readyState !== OPEN) {
      this.#ports.connections.forget(record);
      this.#ports.rpc?.closed(record);
      if (isErrorRetryable(error) || PEER_GONE.test(messageOf(error))) return;
    }
    await agentContext.run(record.context, async () => {
      for (const handler of this.#ports.handlers()) await handler.onError?.(connection, error);
    });
  }

  async #offer(
    { connection }: ConnectionRecord,
    message: WebSocketMessage,
    frame: ClientFrame | undefined,
  ): Promise<void> {
    const { handlers, settle } = this.#ports;
    try {
      for (const handler of handlers()) {
        if ((await handler.onMessage?.(connection, message, frame)) === true) return;
      }
    } catch (error) {
      if (!settle) throw error;
      await settle(error);
    }
  }
}

function reciprocate(socket: WebSocket, code: number, reason: string): void {
  try {
    closeQuietly(socket, code, reason);
  } catch (error) {
    // A code the client may use and we may not (below 3000) still deserves an answer.
    console.warn("The close code of a client could not be returned:", messageOf(error));
  }
}
