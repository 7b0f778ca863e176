type ImmutablePrimitive = undefined | null | boolean | string | number;
type Immutable<T> = T extends ImmutablePrimitive
  ? T
  : T extends Array<infer U>
    ? ReadonlyArray<Immutable<U>>
    : T extends Map<infer K, infer V>
      ? ReadonlyMap<Immutable<K>, Immutable<V>>
      : T extends Set<infer M>
        ? ReadonlySet<Immutable<M>>
        : ImmutableObject<T>;
type ImmutableObject<T> = { readonly [K in keyof T]: Immutable<T[K]> };

/** A payload delivered on a connection: text, or bytes. */
export type WSMessage = ArrayBuffer | ArrayBufferView | string;

/** A connection's state as read: deeply read-only, `null` when none was set. */
export type ConnectionState<T> = ImmutableObject<T> | null;

/** Computes a connection's next state from the present one. */
export type ConnectionSetStateFn<T> = (previous: ConnectionState<T>) => T;

/** What came with a new connection. */
export type ConnectionContext = {
  /** The upgrade request. */
  request: Request;
};

/** One client's WebSocket. It survives hibernation with its id, tags and state. */
export type Connection<TState = unknown> = WebSocket & {
  /** The client's `_pk` query parameter, or a generated identifier. */
  id: string;
  /** URL of the upgrade request. */
  uri: string | null;
  /** State kept with the socket (at most 16 KiB with tags and URL); see `setState`. */
  state: ConnectionState<TState>;
  /** Replaces the state, or computes it from the present one; returns what is now stored. */
  setState(state: TState | ConnectionSetStateFn<TState> | null): ConnectionState<TState>;
  /** The id, then what `getConnectionTags` returned. */
  tags: readonly string[];
};
