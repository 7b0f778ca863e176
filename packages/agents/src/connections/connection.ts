import type { AgentContextStore } from "../context.ts";
import { contextOf } from "../context.ts";
import {
  type Attachment,
  joinState,
  readAttachment,
  type StoredState,
  splitState,
  withFlag,
  withoutInternalKeys,
} from "./attachment.ts";
import type { Connection, ConnectionSetStateFn, ConnectionState } from "./types.ts";

/**
 * The SDK's own side of one socket. It is read from the attachment once per life of the socket
 * object (that is, once per wake), and written through.
 */
export class ConnectionRecord {
  readonly connection: Connection;
  /** The async context of everything this connection causes; one object for all its messages. */
  readonly context: AgentContextStore;
  readonly #socket: WebSocket;
  #pk: Attachment["__pk"];
  #stored: StoredState;
  #accepted: boolean;

  constructor(socket: WebSocket, attachment: Attachment, agent: unknown, accepted: boolean) {
    this.#socket = socket;
    this.#pk = attachment.__pk;
    this.#stored = splitState(attachment);
    this.#accepted = accepted;
    this.connection = socket as Connection;
    this.context = contextOf(agent, { connection: this.connection });
  }

  get id(): string {
    return this.#pk.id;
  }

  get tags(): readonly string[] {
    return this.#pk.tags;
  }

  get uri(): string | null {
    return this.#pk.uri ?? null;
  }

  get state(): unknown {
    return this.#stored.user;
  }

  setState(next: unknown): unknown {
    const given = typeof next === "function" ? next(this.#stored.user) : next;
    const user = withoutInternalKeys(given) ?? null;
    this.#write({ user, flags: this.#stored.flags });
    return this.#stored.user;
  }

  flag(key: string): unknown {
    return this.#stored.flags[key];
  }

  /** Stores one of the SDK's values; undefined removes it. */
  setFlag(key: string, value: unknown): void {
    if (this.#stored.flags[key] === value) return;
    this.#write({ user: this.#stored.user, flags: withFlag(this.#stored.flags, key, value) });
  }

  /** From now on changes are stored with the socket; what was set before is stored now. */
  markAccepted(tags: readonly string[]): void {
    this.#pk = { ...this.#pk, tags };
    this.#accepted = true;
    this.#write(this.#stored);
  }

  /** The tags of a connection that lives in memory only. */
  setTags(tags: readonly string[]): void {
    this.#pk = { ...this.#pk, tags };
  }

  /** Stores first: when the attachment is refused (too large), the state in memory stays. */
  #write(stored: StoredState): void {
    if (this.#accepted) this.#socket.serializeAttachment(joinState(this.#pk, stored));
    this.#stored = stored;
  }
}

const records = new WeakMap<WebSocket, ConnectionRecord>();

/** The record of a connection, when this SDK made it one. */
export function recordOf(socket: WebSocket): ConnectionRecord | undefined {
  return records.get(socket);
}

/** Makes a connection of a socket that was not accepted yet. */
export function provisionalConnection(
  socket: WebSocket,
  pk: Attachment["__pk"],
  agent: unknown,
): ConnectionRecord {
  return decorate(socket, { __pk: pk, __user: null }, agent, false);
}

/** The record of a socket that came back from the platform; undefined for one that is not ours. */
export function restoredConnection(
  socket: WebSocket,
  agent: unknown,
): ConnectionRecord | undefined {
  const known = records.get(socket);
  if (known) return known;
  const attachment = readAttachment(socket.deserializeAttachment());
  return attachment && decorate(socket, attachment, agent, true);
}

function decorate(
  socket: WebSocket,
  attachment: Attachment,
  agent: unknown,
  accepted: boolean,
): ConnectionRecord {
  const record = new ConnectionRecord(socket, attachment, agent, accepted);
  records.set(socket, record);
  Object.defineProperties(socket, {
    id: { value: record.id, configurable: true, enumerable: true },
    uri: { value: record.uri, configurable: true, enumerable: true },
    tags: { get: readTags, configurable: true, enumerable: true },
    state: { get: readState, configurable: true, enumerable: true },
    setState: { value: writeState, configurable: true },
    server: { get: readServer, configurable: true },
  });
  return record;
}

function readTags(this: WebSocket): readonly string[] {
  return records.get(this)?.tags ?? [];
}

function readState(this: WebSocket): ConnectionState<unknown> {
  return (records.get(this)?.state ?? null) as ConnectionState<unknown>;
}

function writeState(this: WebSocket, next: unknown | ConnectionSetStateFn<unknown>) {
  return (records.get(this)?.setState(next) ?? null) as ConnectionState<unknown>;
}

/** The instance's name; older versions of the published SDK had this property. */
function readServer(this: WebSocket): string | undefined {
  return (records.get(this)?.context.agent as { name?: string } | undefined)?.name;
}
