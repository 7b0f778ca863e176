import { Connections } from "../connections/connections.ts";
import type { Connection } from "../connections/types.ts";
import {
  type CapabilityWebSocketUpgradeContext,
  LifecycleCapability,
  servicesOf,
} from "../lifecycle/capability.ts";
import { camelCaseToKebabCase } from "../routing/names.ts";
import { RpcDispatcher } from "../rpc/dispatch.ts";
import { ConnectionFlag } from "../schema.ts";
import { CloseCode, CloseReason, isStateUpdate, parseFrame } from "../wire.ts";
import { isTarget, targetCalls } from "./callables.ts";
import { Doors } from "./doors.ts";
import { Messages } from "./messages.ts";
import type {
  InternalHandlers,
  WebSocketHandlers,
  WebSocketMessage,
  WebSocketsOptions,
  WebSocketsWiring,
} from "./options.ts";
import { Protocol } from "./protocol.ts";

/** Name and kind of an object, as clients see them. */
type Identity = { name: string; agent: string };

const handled = () => true;

/** The parts of one object's connections, made when first needed. */
type Parts = ReturnType<WebSockets["_parts"]>;

/**
 * WebSocket connections of an object: accepts every upgrade, keeps the connections over hibernation,
 * answers calls, and keeps a state in step. Clients are `AgentClient`, `useAgent`, or any WebSocket.
 *
 * @example
 * export class Room extends DurableObject<Env> {
 *   readonly webSockets = new WebSockets({
 *     handlers: {
 *       onConnect: (connection) => connection.send("welcome"),
 *       onMessage: (connection, message) => connection.send(message),
 *     },
 *   });
 *   readonly lifecycle = Lifecycle.install(this).use(this.webSockets);
 * }
 */
export class WebSockets extends LifecycleCapability {
  override readonly claims = "catch-all";
  readonly #options: WebSocketsOptions;
  readonly #wiring: WebSocketsWiring;
  /** Those that were added, in order; then the configured ones. */
  #handlers: readonly InternalHandlers[];
  #made: Parts | undefined;

  /** @param wiring for the SDK's own hosts */
  constructor(options: WebSocketsOptions = {}, wiring: WebSocketsWiring = {}) {
    super("websockets");
    this.#options = options;
    const calls = options.callables && targetCalls(options.callables);
    this.#wiring = calls ? { ...wiring, calls } : wiring;
    this.#handlers = options.handlers ? [options.handlers] : [];
  }

  /** Takes every upgrade: as a Cap'n Web session where one is asked for, else as a connection. */
  onWebSocketUpgrade({ request }: CapabilityWebSocketUpgradeContext): Promise<Response> {
    return this.#parts.doors.open(request);
  }

  onWebSocketMessage(socket: WebSocket, message: WebSocketMessage): Promise<boolean> {
    const { connections, messages } = this.#parts;
    const record = connections.of(socket);
    if (!record) return Promise.resolve(false);
    return messages.message(record, message)?.then(handled) ?? Promise.resolve(true);
  }

  /** Answers the close frame when that is allowed. */
  async onWebSocketClose(
    socket: WebSocket,
    code: number,
    reason: string,
    wasClean: boolean,
  ): Promise<boolean> {
    const record = this.#parts.connections.of(socket);
    if (!record) return false;
    await this.#parts.messages.close(record, code, reason, wasClean);
    return true;
  }

  async onWebSocketError(socket: WebSocket, error: unknown): Promise<boolean> {
    const record = this.#parts.connections.of(socket);
    if (!record) return false;
    await this.#parts.messages.error(record, error);
    return true;
  }

  /** Closes every connection with 1001. */
  dispose(): void {
    this.#parts.connections.closeAll(CloseCode.GOING_AWAY, CloseReason.DESTROYED);
  }

  /** Adds handlers of a further part. They run before the configured ones. */
  use(handlers: WebSocketHandlers): void {
    const configured = this.#options.handlers ? [this.#options.handlers] : [];
    const added = this.#handlers.slice(0, this.#handlers.length - configured.length);
    this.#handlers = [...added, handlers, ...configured];
  }

  /** The open connections, all or those with a tag; Cap'n Web sessions first. */
  getConnections<TState = unknown>(tag?: string): IterableIterator<Connection<TState>> {
    return this.#parts.connections.list(tag) as IterableIterator<Connection<TState>>;
  }

  /** The open connection with this id. @throws FreeholdError `connection_not_unique`. */
  getConnection<TState = unknown>(id: string): Connection<TState> | undefined {
    return this.#parts.connections.find(id) as Connection<TState> | undefined;
  }

  /** Sends identity, then the state if there is one; nothing where the protocol is off. */
  sendConnectFrames(connection: Connection, identity?: Identity): void {
    const record = this.#parts.connections.of(connection);
    if (record) this.#parts.protocol.sendConnectFrames(record, identity);
  }

  /** Sends the identity alone. Clients count as ready with it, without waiting for a state. */
  sendIdentity(connection: Connection, identity?: Identity): void {
    const record = this.#parts.connections.of(connection);
    if (record) this.#parts.protocol.sendIdentity(record, identity);
  }

  /** Sends the state, if there is one. */
  sendState(connection: Connection): void {
    const record = this.#parts.connections.of(connection);
    if (record) this.#parts.protocol.sendState(record);
  }

  /** Applies a client's state frame, given as parsed JSON or its text. False for other frames. */
  applyStateFrame(connection: Connection, frame: unknown): boolean {
    const parsed = typeof frame === "string" ? parseFrame(frame) : (frame as object | null);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return false;
    if (!isStateUpdate(parsed as Record<string, unknown>)) return false;
    const record = this.#parts.connections.of(connection);
    if (record) this.#parts.protocol.apply(record, Reflect.get(parsed, "state"));
    return true;
  }

  /** Tells the state to every connection but the one that changed it. */
  broadcastState(except?: Connection | "server"): void {
    const state = this.#options.state?.get();
    if (state !== undefined) this._broadcastState(JSON.stringify(state), except);
  }

  /** Whether a connection may not change the state. */
  isReadonly(connection: Connection): boolean {
    return this.#flag(connection, ConnectionFlag.READONLY) === true;
  }

  setReadonly(connection: Connection, readonly = true): void {
    this.#setFlag(connection, ConnectionFlag.READONLY, readonly);
  }

  /** Whether a connection gets protocol frames. */
  isProtocolEnabled(connection: Connection): boolean {
    return this.#flag(connection, ConnectionFlag.NO_PROTOCOL) !== true;
  }

  setProtocolEnabled(connection: Connection, enabled: boolean): void {
    this.#setFlag(connection, ConnectionFlag.NO_PROTOCOL, !enabled);
  }

  /** @internal The connections with the SDK's own side of each. */
  get _connections(): Connections {
    return this.#parts.connections;
  }

  /** @internal Lets a connection in on a socket that somebody else opened. */
  _admit(socket: WebSocket, request: Request, id: string): Promise<void> {
    return this.#parts.doors.admit(socket, request, id);
  }

  /** @internal Tells a state that is text already. */
  _broadcastState(json: string, except?: Connection | "server"): void {
    // A new agent stores its state before anybody is there: what speaks to connections is not made for that.
    if (!this.#made && servicesOf(this).sockets.get().length === 0) return;
    const without = except === undefined || except === "server" ? [] : [except.id];
    this.#parts.protocol.broadcast(json, without);
  }

  /** @internal Makes the parts; their services are there once the capability is installed. */
  _parts() {
    const services = servicesOf(this);
    const { calls, limits, sendsIdentity = true, settle } = this.#wiring;
    const connections = new Connections(services.sockets, services.host);
    const handlers = () => this.#handlers;
    const protocol = new Protocol({
      ...{ connections, sendsIdentity, clock: services.clock, state: this.#options.state },
      identity: () => ({
        name: services.name,
        agent: camelCaseToKebabCase(services.className),
      }),
    });
    const rpc = calls && new RpcDispatcher(calls, services.events.emit, { ...limits, isTarget });
    const ports = { services, options: this.#options, connections, protocol, rpc, handlers };
    const messages = new Messages({ ...ports, limits, settle });
    const doors = new Doors({ ...ports, calls, messages, settle });
    return { connections, protocol, messages, doors };
  }

  get #parts(): Parts {
    this.#made ??= this._parts();
    return this.#made;
  }

  #flag(connection: Connection, key: string): unknown {
    return this.#parts.connections.of(connection)?.flag(key);
  }

  #setFlag(connection: Connection, key: string, value: boolean): void {
    this.#parts.connections.of(connection)?.setFlag(key, value || undefined);
  }
}
