/**
 * React's connection to an agent.
 *
 * @module
 */

import type { PartySocket } from "partysocket";
import { usePartySocket } from "partysocket/react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { CallOptions, StreamOptions } from "../client/call-options.ts";
import type { AgentConnectionError } from "../client/close-classifier.ts";
import type { AgentConnectionOptions } from "../client/options.ts";
import type { AgentStub, TypedCall, UntypedAgentStub } from "../client/stub-types.ts";
import type { MCPServersState } from "../wire.ts";
import {
  CAPNWEB_TRANSPORT_QUERY,
  CAPNWEB_TRANSPORT_VALUE,
  STATE_SYNC_PATCH,
  STATE_SYNC_QUERY,
} from "../wire.ts";
import { type AgentStep, addressChain, addressUrl, socketAddress, urlChain } from "./address.ts";
import { AgentStore } from "./agent-store.ts";
import { createCacheKey, type QueryObject } from "./query-cache.ts";
import { type QueryOption, useQuery } from "./use-query.ts";

type SocketHookOptions = Parameters<typeof usePartySocket>[0];

/** Options of {@link useAgent}. Socket options (`minReconnectionDelay` …) pass through. */
export type UseAgentOptions<State = unknown> = Omit<
  SocketHookOptions,
  "party" | "room" | "query" | "path" | "basePath" | "shouldReconnectOnClose"
> &
  AgentConnectionOptions<State> & {
    /** Query parameters, or an asynchronous function that fetches them (suspends at first). */
    query?: QueryOption;
    /** Values that, when they change, make the query function be asked again. */
    queryDeps?: unknown[];
    /** Milliseconds the query function's answer stays good. Default 300 000. */
    cacheTtl?: number;
    /** Sub-agents on the way, the one to talk to last. */
    sub?: readonly AgentStep[];
    /** The agent's MCP servers, tools, prompts or resources changed. */
    onMcpUpdate?: (mcpServers: MCPServersState) => void;
  };

type UntypedHookCall = <T = unknown>(
  method: string,
  args?: unknown[],
  options?: CallOptions | StreamOptions,
) => Promise<T>;

/** What {@link useAgent} returns: the socket, with the agent on it. Same object until it is replaced. */
export type AgentHandle<State, Call, Stub> = Omit<PartySocket, "path"> & {
  /** Class of the agent talked to, in kebab-case. */
  agent: string;
  /** Its instance name. */
  name: string;
  /** The whole chain, root first; one entry without `sub`. */
  path: readonly AgentStep[];
  /** Whether the agent identified itself on this connection and its state is applied. */
  identified: boolean;
  /** Resolves then; a new promise per connection. */
  ready: Promise<void>;
  /** The agent's state, or `undefined` before the first arrives. */
  state: State | undefined;
  /** Why the connection ended for good, or `null`. */
  connectionError: AgentConnectionError | null;
  /** Replaces the agent's state. */
  setState: (state: State) => void;
  /** Calls a method of the agent. */
  call: Call;
  /** The agent's methods as an object. */
  stub: Stub;
  /** The agent's URL for HTTP, with the query parameters. */
  getHttpUrl: () => string;
};

/**
 * Connects a component to an agent, for as long as it is mounted: state that re-renders, calls,
 * and the raw socket.
 *
 * - Changing the address (`agent`, `name`, `host`, `path`, `sub` …) starts afresh: state and
 *   identity are the new agent's alone, and calls that were waiting reject.
 * - Protocol frames do not reach `onMessage`; everything else does.
 * - `enabled: false` disconnects and keeps the state.
 *
 * @example
 * ```tsx
 * const agent = useAgent<Counter, CounterState>({ agent: "Counter", name: "a" });
 * return <button onClick={() => agent.stub.increment(1)}>{agent.state?.count ?? "…"}</button>;
 * ```
 */
export function useAgent<State = unknown>(
  options: UseAgentOptions<State>,
): AgentHandle<State, UntypedHookCall, UntypedAgentStub>;
export function useAgent<AgentT extends { get state(): State }, State>(
  options: UseAgentOptions<State>,
): AgentHandle<State, TypedCall<AgentT>, AgentStub<AgentT>>;
export function useAgent(
  options: UseAgentOptions,
): AgentHandle<unknown, UntypedHookCall, UntypedAgentStub> {
  const path = addressChain(options);
  const chain = urlChain(path);
  const address = socketAddress(options, chain);
  const addressKey = JSON.stringify(address);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the object
  const url = useMemo(() => addressUrl(address), [addressKey]);
  const store = useStore(url, options);
  const { native } = store;
  const query = useQuery(
    options.query,
    queryKey(chain, options.queryDeps),
    options.cacheTtl,
    options.enabled ?? true,
  );
  const socket = usePartySocket({
    ...socketOptions(options),
    ...address,
    enabled: (options.enabled ?? true) && !query.held,
    ...(native ? { WebSocket: native.WebSocket } : {}),
    // Parameters make another wire another connection.
    query: {
      ...query.params,
      ...(native ? { [CAPNWEB_TRANSPORT_QUERY]: CAPNWEB_TRANSPORT_VALUE } : {}),
      ...(options.stateSync === "patch" ? { [STATE_SYNC_QUERY]: STATE_SYNC_PATCH } : {}),
    },
    shouldReconnectOnClose: store.shouldReconnectOnClose,
  });
  useSocketEvents(socket, store, options, query.renew);
  const { state, identity, identified, connectionError, ready } = useSyncExternalStore(
    store.subscribe,
    store.getSnapshot,
    store.getSnapshot,
  );
  const leaf = identity ?? chain[chain.length - 1]!;
  return Object.assign(socket as unknown as Omit<PartySocket, "path">, {
    agent: leaf.agent,
    name: leaf.name,
    path,
    identified,
    ready,
    state,
    connectionError,
    setState: store.setState,
    call: store.call as UntypedHookCall,
    stub: store.stub,
    getHttpUrl: () => httpUrl(url, query.params),
  });
}

/** One store per address and wire; calls that waited for another address end when it is left. */
function useStore(url: string, options: UseAgentOptions): AgentStore {
  const create = () => new AgentStore(url, options, options.WebSocket);
  const [kept, setStore] = useState(create);
  const store = kept.leadsTo(url, options) ? kept : create();
  if (store !== kept) setStore(store);
  const previous = useRef(store);
  useLayoutEffect(() => {
    store.options = options;
    if (previous.current !== store) previous.current.discard();
    previous.current = store;
  });
  useEffect(() => {
    store.hold();
    return () => store.release();
  }, [store]);
  return store;
}

/**
 * Lets the store and the application hear the socket. After a change of address the old socket is
 * still here for one commit; it never speaks to the new store.
 */
function useSocketEvents(
  socket: PartySocket,
  store: AgentStore,
  options: UseAgentOptions,
  renewQuery: (delay: number) => void,
): void {
  const latest = useRef(options);
  useLayoutEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    if (!store.drives(socket)) return;
    const detach = store.attach(socket);
    const listening = new AbortController();
    const { signal } = listening;
    socket.addEventListener(
      "open",
      (event) => {
        store.opened();
        latest.current.onOpen?.(event);
      },
      { signal },
    );
    socket.addEventListener(
      "message",
      (event) => {
        if (!store.received(event.data)) latest.current.onMessage?.(event);
      },
      { signal },
    );
    socket.addEventListener(
      "close",
      (event) => {
        const delay = store.closed(event, socket);
        if (delay !== undefined) renewQuery(delay);
        latest.current.onClose?.(event);
      },
      { signal },
    );
    socket.addEventListener(
      "error",
      (event) => latest.current.onError?.(event as unknown as ErrorEvent),
      { signal },
    );
    return () => {
      listening.abort();
      detach();
    };
  }, [socket, store, renewQuery]);
}

/** What is left for the socket: not the agent's options, nor the handlers we call ourselves. */
function socketOptions(options: UseAgentOptions): Omit<SocketHookOptions, "host" | "path"> {
  const {
    agent: _agent,
    name: _name,
    sub: _sub,
    query: _query,
    queryDeps: _queryDeps,
    cacheTtl: _cacheTtl,
    onOpen: _onOpen,
    onMessage: _onMessage,
    onClose: _onClose,
    onError: _onError,
    path: _path,
    basePath: _basePath,
    host: _host,
    shouldReconnectOnClose: _shouldReconnect,
    ...rest
  } = options;
  return rest;
}

function queryKey(chain: readonly AgentStep[], deps: unknown[] = []): string {
  const [root, ...rest] = chain;
  const { agent, name } = root!;
  return rest.length === 0
    ? createCacheKey(agent, name, deps)
    : createCacheKey(agent, name, rest, deps);
}

function httpUrl(url: string, params: QueryObject | undefined): string {
  const given = Object.entries(params ?? {}).filter(
    (entry): entry is [string, string] => entry[1] != null,
  );
  const search = new URLSearchParams(given).toString();
  return url.replace(/^ws/, "http") + (search === "" ? "" : `?${search}`);
}
