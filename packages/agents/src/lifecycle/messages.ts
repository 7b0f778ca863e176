import type { ConnectionRecord } from "../connections/connection.ts";
import { type Connections, closeQuietly, sendQuietly } from "../connections/connections.ts";
import type { WSMessage } from "../connections/types.ts";
import { agentContext } from "../context.ts";
import { messageOf } from "../errors.ts";
import type { Emit } from "../observability/events.ts";
import { isErrorRetryable } from "../retry/platform.ts";
import type { RpcDispatcher } from "../rpc/dispatch.ts";
import { ConnectionFlag } from "../schema.ts";
import type { StateStore } from "../state/state.ts";
import {
  type ClientFrame,
  ErrorText,
  isCall,
  isStateUpdate,
  parseFrame,
  stateErrorFrame,
  UNSENDABLE_CLOSE_CODES,
} from "../wire.ts";
import type { Capability } from "./capability.ts";
import { type AgentHooks, askOnError, HANDLED } from "./host.ts";
import type { Startup } from "./startup.ts";

/** What delivering socket events needs. */
export interface MessagePorts {
  readonly hooks: AgentHooks;
  readonly startup: Startup;
  readonly connections: Connections;
  readonly capabilities: readonly Capability[];
  readonly rpc: RpcDispatcher;
  readonly state: StateStore;
  readonly emit: Emit;
  /** `Class:name`, for logs. */
  label(): string;
}

const OPEN = 1;
const PEER_GONE = /Network connection lost|WebSocket peer disconnected/i;

/** Delivers what happens on accepted sockets. Failures are logged: nobody could catch them. */
export class Messages {
  readonly #ports: MessagePorts;

  constructor(ports: MessagePorts) {
    this.#ports = ports;
  }

  /** A message came in. Messages do not wait for each other's handlers. */
  async message(socket: WebSocket, message: WSMessage): Promise<void> {
    const record = this.#ports.connections.of(socket);
    if (!record) return;
    try {
      const starting = this.#ports.startup.ensure();
      if (starting) await starting;
      await this.#deliver(record, message);
    } catch (error) {
      this.#log("webSocketMessage", error);
    }
  }

  /** The client closed, or is gone. Answers the close frame when that is allowed. */
  async close(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void> {
    const record = this.#ports.connections.of(socket);
    if (!record) return;
    this.#ports.connections.forget(record);
    try {
      const starting = this.#ports.startup.ensure();
      if (starting) await starting;
      await agentContext.run(record.context, () => this.#closed(record, code, reason, wasClean));
    } catch (error) {
      this.#log("webSocketClose", error);
    } finally {
      if (!UNSENDABLE_CLOSE_CODES.has(code)) reciprocate(socket, code, reason);
    }
  }

  /** The socket failed. That a peer went away is not an error. */
  async error(socket: WebSocket, error: unknown): Promise<void> {
    const record = this.#ports.connections.of(socket);
    if (!record) return;
    if (socket.readyState !== OPEN) {
      this.#ports.connections.forget(record);
      if (isErrorRetryable(error) || PEER_GONE.test(messageOf(error))) return;
    }
    try {
      const starting = this.#ports.startup.ensure();
      if (starting) await starting;
      await this.#ports.hooks.onError(record.connection, error);
    } catch (thrown) {
      this.#log("webSocketError", thrown);
    }
  }

  #deliver(record: ConnectionRecord, message: WSMessage): void | Promise<void> {
    const frame = typeof message === "string" ? parseFrame(message) : undefined;
    if (frame) {
      if (isCall(frame)) return this.#ports.rpc.dispatch(record, frame);
      if (isStateUpdate(frame)) return this.#update(record, frame.state);
    }
    return agentContext.run(record.context, () => this.#offer(record, message, frame));
  }

  /** A client replaces the state. The sender is told only of a refusal. */
  #update(record: ConnectionRecord, state: unknown): void {
    if (record.flag(ConnectionFlag.READONLY)) {
      sendQuietly(record.connection, stateErrorFrame(ErrorText.CONNECTION_READONLY));
      return;
    }
    try {
      agentContext.run(record.context, () => this.#ports.state.set(state, record.connection));
    } catch (error) {
      console.error("[WebSockets] State update rejected:", error);
      sendQuietly(record.connection, stateErrorFrame(ErrorText.STATE_REJECTED));
    }
  }

  async #offer(
    record: ConnectionRecord,
    message: WSMessage,
    frame: ClientFrame | undefined,
  ): Promise<void> {
    const { hooks, capabilities } = this.#ports;
    try {
      for (const capability of capabilities) {
        if (await capability.onMessage?.(record.connection, message, frame)) return;
      }
      await hooks.onMessage(record.connection, message);
    } catch (error) {
      const thrown = await askOnError(hooks, error);
      if (thrown !== HANDLED) throw thrown;
    }
  }

  async #closed(
    { connection, id }: ConnectionRecord,
    code: number,
    reason: string,
    wasClean: boolean,
  ): Promise<void> {
    const { hooks, capabilities, emit } = this.#ports;
    emit("disconnect", { connectionId: id, code, reason });
    for (const capability of capabilities) await capability.onClose?.(connection, code, reason);
    await hooks.onClose(connection, code, reason, wasClean);
  }

  #log(event: string, error: unknown): void {
    console.error(`Error in ${this.#ports.label()} ${event}:`, error);
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
