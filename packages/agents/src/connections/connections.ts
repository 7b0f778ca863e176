import { FreeholdError } from "../errors.ts";
import { ConnectionFlag } from "../schema.ts";
import { CloseCode, CloseReason } from "../wire.ts";
import {
  type ConnectionRecord,
  provisionalConnection,
  recordOf,
  restoredConnection,
} from "./connection.ts";
import { connectionTags } from "./tags.ts";
import type { Connection, WSMessage } from "./types.ts";

/** The platform's hibernatable sockets of one object. */
export interface Sockets {
  /** Accepts a socket; from now on its events go to the object. */
  accept(socket: WebSocket, tags: string[]): void;
  /** Accepted sockets, all or those with a tag. MUST return the same objects until the next wake. */
  get(tag?: string): WebSocket[];
}

const OPEN = 1;

/** All connections of one agent. */
export class Connections {
  readonly #sockets: Sockets;
  readonly #agent: unknown;
  /** Ours among the accepted sockets, oldest first; read from the platform at first use. */
  #live: Set<ConnectionRecord> | undefined;
  /** Those that live in memory only, by id. */
  readonly #sessions = new Map<string, ConnectionRecord>();
  #joining: ConnectionRecord | undefined;

  constructor(sockets: Sockets, agent: unknown) {
    this.#sockets = sockets;
    this.#agent = agent;
  }

  /** A connection that can be shown to the agent but cannot send yet. */
  provisional(socket: WebSocket, id: string, uri: string): ConnectionRecord {
    return provisionalConnection(socket, { id, tags: [id], uri }, this.#agent);
  }

  /**
   * Accepts the socket of a provisional connection under its id and the agent's tags. A connection
   * that came with the same id before is closed: its client has come back, or never was another.
   */
  accept(record: ConnectionRecord, given: readonly unknown[]): void {
    const tags = connectionTags(record.id, given);
    this.#replace(record.id, CloseCode.REPLACED);
    const live = this.#all();
    this.#sockets.accept(record.connection, tags);
    record.markAccepted(tags);
    live.add(record);
  }

  /** Adds a connection that does not outlive this life of the object. */
  addSession(record: ConnectionRecord, given: readonly unknown[]): void {
    const tags = connectionTags(record.id, given);
    this.#replace(record.id, CloseCode.GOING_AWAY);
    record.setTags(tags);
    this.#sessions.set(record.id, record);
    this.#all().add(record);
  }

  /** The record of a socket whose event came in; undefined for one that is not ours. */
  of(socket: WebSocket): ConnectionRecord | undefined {
    const record = recordOf(socket) ?? restoredConnection(socket, this.#agent);
    // A socket to an agent inside this one is that agent's.
    return record?.flag(ConnectionFlag.SUB_AGENT_URL) === undefined ? record : undefined;
  }

  /** The socket is gone: broadcasts leave it out from now on. */
  forget(record: ConnectionRecord): void {
    this.#live?.delete(record);
    if (this.#sessions.get(record.id) === record) this.#sessions.delete(record.id);
  }

  /** Open connections, all or those with a tag. */
  *list(tag?: string): Generator<Connection> {
    for (const { connection, tags } of this.#sessions.values()) {
      if (connection.readyState !== OPEN) continue;
      if (tag === undefined || tags.includes(tag)) yield connection;
    }
    for (const socket of this.#sockets.get(tag)) {
      if (socket.readyState !== OPEN) continue;
      const record = this.of(socket);
      if (record) yield record.connection;
    }
  }

  /**
   * The open connection with this id.
   *
   * @throws FreeholdError `connection_not_unique` when two open sockets came with the same id.
   */
  find(id: string): Connection | undefined {
    const found = [...this.list(id)].filter((connection) => connection.id === id);
    if (found.length > 1) {
      throw new FreeholdError(
        "connection_not_unique",
        `More than one connection found for id ${id}. Did you mean to use getConnections(tag) instead?`,
      );
    }
    return found[0];
  }

  /** Sends to all connections except those with an id in `without`; a closing one is passed over. */
  broadcast(message: WSMessage, without: readonly string[] = []): void {
    for (const record of this.#all()) {
      if (!without.includes(record.id)) this.#send(record, message);
    }
  }

  /** Sends a protocol frame, the same or each its own, to the connections that take them. */
  broadcastProtocol(
    frame: string | ((record: ConnectionRecord) => string),
    without: readonly string[] = [],
  ): void {
    for (const record of this.#all()) {
      if (record === this.#joining || record.flag(ConnectionFlag.NO_PROTOCOL)) continue;
      if (without.includes(record.id)) continue;
      this.#send(record, typeof frame === "string" ? frame : frame(record));
    }
  }

  /** Runs `body` while protocol broadcasts leave out a connection that is still being set up. */
  whileJoining<T>(record: ConnectionRecord, body: () => T): T {
    this.#joining = record;
    try {
      return body();
    } finally {
      this.#joining = undefined;
    }
  }

  /** Closes every connection. */
  closeAll(code: number, reason: string): void {
    for (const record of this.#all()) closeQuietly(record.connection, code, reason);
    this.#live = undefined;
    this.#sessions.clear();
  }

  /** Closes the open connections with an id that a new one comes with. */
  #replace(id: string, code: number): void {
    for (const old of [...this.list(id)]) {
      const record = this.of(old);
      if (!record || record.id !== id) continue;
      this.forget(record);
      closeQuietly(old, code, CloseReason.SESSION_REPLACED);
    }
  }

  #all(): Set<ConnectionRecord> {
    this.#live ??= new Set([
      ...this.#sessions.values(),
      ...this.#sockets.get().flatMap((socket) => this.of(socket) ?? []),
    ]);
    return this.#live;
  }

  #send(record: ConnectionRecord, message: WSMessage): void {
    if (!sendQuietly(record.connection, message)) this.#live?.delete(record);
  }
}

/**
 * Sends unless the socket is closing or closed, which is no error: its close event is on its way.
 * Returns whether the message was handed over.
 */
export function sendQuietly(socket: WebSocket, message: WSMessage): boolean {
  try {
    socket.send(message);
    return true;
  } catch (error) {
    if (socket.readyState === OPEN) throw error;
    return false;
  }
}

/** Closes a socket that may be closed already. */
export function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch (error) {
    if (socket.readyState === OPEN) throw error;
  }
}
