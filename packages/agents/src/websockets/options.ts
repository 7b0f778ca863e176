import type { RpcTarget } from "cloudflare:workers";
import type { Connection, ConnectionContext, WSMessage } from "../connections/types.ts";
import type { CallTable } from "../rpc/call-table.ts";
import type { ClientFrame } from "../wire.ts";

// biome-ignore lint/suspicious/noConfusingVoidType: a hook may do without a return statement
type Nothing = void;

/** The part of a `State` that is kept in step over connections. */
export type SyncedState = {
  /** The state; undefined when there is none. */
  get(): unknown;
  /** Replaces the state; throws to refuse. */
  set(nextState: never, source: Connection): void;
};

/** What comes in on a connection. */
export type WebSocketMessage = WSMessage;

/** What an object does with its connections. Runs in the host's context, with the connection. */
export type WebSocketHandlers = {
  /** A connection was accepted, and sent its first frames. A failure closes it. */
  onConnect?(connection: Connection, context: ConnectionContext): void | Promise<void>;
  /** A message that is not the protocol's. Returning true keeps it from later handlers. */
  onMessage?(
    connection: Connection,
    message: WebSocketMessage,
  ): Nothing | boolean | Promise<Nothing | boolean>;
  /** A connection closed. */
  onClose?(
    connection: Connection,
    code: number,
    reason: string,
    wasClean: boolean,
  ): void | Promise<void>;
  /** A connection failed. */
  onError?(connection: Connection, error: unknown): void | Promise<void>;
};

/** Handlers of the SDK's own parts: told earlier, and given what is parsed already. */
export type InternalHandlers = Omit<WebSocketHandlers, "onMessage"> & {
  /** A connection was accepted; runs before the first frames are sent to it. */
  onAccept?(connection: Connection, context: ConnectionContext): void | Promise<void>;
  /** `frame` is the parsed object of a JSON text. */
  onMessage?(
    connection: Connection,
    message: WebSocketMessage,
    frame?: ClientFrame,
  ): Nothing | boolean | Promise<Nothing | boolean>;
};

/** How an object takes connections. */
export interface WebSocketsOptions {
  /** What the object does with its connections; accepted they are without it too. */
  readonly handlers?: WebSocketHandlers;
  /** Its prototype's methods are what clients may call, over either wire. */
  readonly callables?: RpcTarget;
  /**
   * Whether a connection gets identity and state when it joins, and protocol frames later. Default
   * true. With `false` the host sends these frames itself, and applies those of clients.
   */
  readonly protocol?: boolean | ((connection: Connection, context: ConnectionContext) => boolean);
  /** Whether a connection may not change the state. */
  readonly readonly?: (connection: Connection, context: ConnectionContext) => boolean;
  /** A state to keep in step: call `broadcastState` from its `onChanged`. */
  readonly state?: SyncedState;
  /** Tags of a connection, for `getConnections(tag)`; its id is the first. */
  readonly getConnectionTags?: (
    connection: Connection,
    context: ConnectionContext,
  ) => string[] | Promise<string[]>;
}

/** How much one connection may ask for; absent for any amount. */
export interface ConnectionLimits {
  /** Messages a second, of which twice as many may come at once. More of them close it with 1013. */
  readonly maxMessagesPerSecond?: number | undefined;
  /** Calls that may run at once; more of them fail with `too_many_calls`. */
  readonly maxConcurrentCalls?: number | undefined;
}

/** How the SDK's own hosts differ from what the options can say. */
export interface WebSocketsWiring {
  /** What clients may call, in place of `callables`. */
  readonly calls?: CallTable;
  readonly limits?: ConnectionLimits;
  /** Whether new connections get the identity frame. Default true. */
  readonly sendsIdentity?: boolean;
  /** Deals with what a handler threw, or throws it. */
  readonly settle?: (error: unknown) => Promise<void>;
}
