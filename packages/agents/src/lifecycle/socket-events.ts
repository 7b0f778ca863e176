import type { WSMessage } from "../connections/types.ts";
import type { CapabilitySet } from "./capability-set.ts";
import type { Startup } from "./startup.ts";

/** What delivering socket events needs. */
export interface SocketEventPorts {
  readonly startup: Startup;
  readonly capabilities: CapabilitySet;
  /** `Class:name`, for logs. */
  label(): string;
}

/**
 * Delivers what happens on accepted sockets to the capability that owns them. Failures are logged:
 * nobody could catch them.
 */
export class SocketEvents {
  readonly #ports: SocketEventPorts;

  constructor(ports: SocketEventPorts) {
    this.#ports = ports;
  }

  /** A message came in. Messages do not wait for each other's handlers. */
  async message(socket: WebSocket, message: WSMessage): Promise<void> {
    const { capabilities, startup } = this.#ports;
    try {
      const starting = startup.ensure();
      if (starting) await starting;
      for (const capability of capabilities.having("onWebSocketMessage")) {
        const handled = capability.onWebSocketMessage(socket, message);
        // Nothing is waited for in vain: each message would pay for it.
        if (handled === true || (isPromise(handled) && (await handled) === true)) return;
      }
    } catch (error) {
      this.#log("webSocketMessage", error);
    }
  }

  /** The client closed, or is gone. */
  async close(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void> {
    const { capabilities, startup } = this.#ports;
    try {
      const starting = startup.ensure();
      if (starting) await starting;
      for (const capability of capabilities.having("onWebSocketClose")) {
        if ((await capability.onWebSocketClose(socket, code, reason, wasClean)) === true) return;
      }
    } catch (error) {
      this.#log("webSocketClose", error);
    }
  }

  /** The socket failed. */
  async error(socket: WebSocket, error: unknown): Promise<void> {
    const { capabilities, startup } = this.#ports;
    try {
      const starting = startup.ensure();
      if (starting) await starting;
      for (const capability of capabilities.having("onWebSocketError")) {
        if ((await capability.onWebSocketError(socket, error)) === true) return;
      }
    } catch (thrown) {
      this.#log("webSocketError", thrown);
    }
  }

  #log(event: string, error: unknown): void {
    console.error(`Error in ${this.#ports.label()} ${event}:`, error);
  }
}

function isPromise<T>(value: T): value is T & PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
