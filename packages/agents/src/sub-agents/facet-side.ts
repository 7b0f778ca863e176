import type { WSMessage } from "../connections/types.ts";
import type { AlarmSlot } from "../jobs/alarm.ts";
import type { LifecycleSockets } from "../lifecycle/capability.ts";
import type { Facet } from "./facet.ts";
import { asWebSocket, FacetSockets } from "./facet-sockets.ts";
import { type DownwardMessage, UNKNOWN_SOCKET, type UpwardMessage } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { type AgentPath, pathKey } from "./path.ts";
import { unpack } from "./plain-request.ts";

/** What delivers the events of a sub-agent to it. */
export interface FacetEvents {
  alarm(): Promise<void>;
  webSocketMessage(socket: WebSocket, message: WSMessage): Promise<void>;
  webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean): Promise<void>;
}

/** What being a sub-agent needs. */
export interface FacetPorts {
  readonly facet: Facet;
  readonly events: () => FacetEvents;
  /** Lets a connection in on a socket; rejects when it could not be set up. */
  readonly admit: (socket: WebSocket, request: Request, id: string) => Promise<void>;
  readonly toRoot: (message: UpwardMessage) => Promise<unknown>;
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** The platform's own sockets of the object. */
  readonly platform: LifecycleSockets;
}

/** The side of an agent that lives inside another: its sockets, alarm and leases are the root's. */
export class FacetSide {
  readonly #ports: FacetPorts;
  readonly #outbox: Outbox;
  readonly sockets: FacetSockets;

  constructor(ports: FacetPorts, path: AgentPath) {
    this.#ports = ports;
    const { facet, toRoot, waitUntil } = ports;
    this.#outbox = new Outbox((frames) => toRoot({ op: "frames", frames }), waitUntil);
    this.sockets = new FacetSockets(ports.platform, this.#outbox);
    const key = pathKey(path);
    for (const meta of facet.sockets ?? []) if (meta.key === key) this.sockets.restore(meta);
  }

  /** The alarm of the outermost agent, as far as this one needs it. */
  get alarmSlot(): AlarmSlot {
    const { toRoot } = this.#ports;
    return {
      get: async () => (await toRoot({ op: "alarmTime" })) as number | null,
      set: async (time) => void (await toRoot({ op: "alarm", time })),
      delete: async () => void (await toRoot({ op: "alarm", time: null })),
    };
  }

  /** Deals with a message of the outermost agent. */
  async serve(message: DownwardMessage): Promise<unknown> {
    switch (message.op) {
      case "connect":
        return this.#connect(message);
      case "message":
        return this.#message(message);
      case "close":
        return this.#close(message);
      case "wake":
        return this.#ports.events().alarm();
      default:
        return undefined;
    }
  }

  /** Resolves when the first frames have arrived: the client gets its answer after them. */
  async #connect({ id, request }: DownwardMessage & { op: "connect" }): Promise<void> {
    const socket = this.sockets.add(id);
    try {
      await this.#ports.admit(asWebSocket(socket), unpack(request), id);
    } catch (error) {
      this.sockets.remove(id);
      throw error;
    } finally {
      await this.#outbox.settled();
    }
  }

  async #message({ id, message, meta }: DownwardMessage & { op: "message" }): Promise<unknown> {
    const socket = this.sockets.find(id) ?? (meta && this.sockets.restore(meta));
    if (!socket) return UNKNOWN_SOCKET;
    return this.#ports.events().webSocketMessage(asWebSocket(socket), message);
  }

  async #close(event: DownwardMessage & { op: "close" }): Promise<void> {
    const { code, id, meta, reason, wasClean } = event;
    const socket = this.sockets.find(id) ?? (meta && this.sockets.restore(meta));
    if (!socket) return;
    this.sockets.remove(id);
    await this.#ports.events().webSocketClose(asWebSocket(socket), code, reason, wasClean);
  }
}
