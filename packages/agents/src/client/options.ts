/**
 * Options of connections to agents.
 *
 * @module
 */

import type { PartyFetchOptions, PartySocketOptions } from "partysocket";
import type { AgentConnectionError } from "./close-classifier.ts";

/**
 * The wire a connection uses: JSON frames on a WebSocket (`"cf-websocket"`), or a Cap'n Web session
 * (`"capnweb"`), over which methods of the server's `callables` are called natively.
 */
export type AgentTransport = "cf-websocket" | "capnweb";

/** What `AgentClient` and `useAgent` have in common. */
export interface AgentConnectionOptions<State> {
  /**
   * The wire. Default `"cf-websocket"`, on which an idle agent can sleep; with `"capnweb"` it stays
   * in memory while the connection is open.
   */
  transport?: AgentTransport;
  /**
   * How changes of the state come: whole each time (default), or as JSON patches from servers that
   * make them. With `"patch"`, all clients of an agent also end up with the same state when they
   * write at the same time.
   */
  stateSync?: "whole" | "patch";
  /** Class of the agent, in any spelling of its name. Ignored in the URL when `basePath` is set. */
  agent: string;
  /** Name of the instance. Default `"default"`. */
  name?: string;
  /** Full URL path instead of `agents/<agent>/<name>`; the server routes it itself. */
  basePath?: string;
  /** More path after the instance, without a leading slash. */
  path?: string;
  /** The agent's state changed: by the server (anyone's change), or by this client's `setState`. */
  onStateUpdate?: (state: State, source: "server" | "client") => void;
  /** The server refused this client's state. */
  onStateUpdateError?: (error: string) => void;
  /** The server said who it is, on every connection. */
  onIdentity?: (name: string, agent: string) => void;
  /** Another instance answers than before. Without this callback a warning is printed. */
  onIdentityChange?: (oldName: string, newName: string, oldAgent: string, newAgent: string) => void;
  /** Milliseconds a call without its own `timeout` waits; 0 is for ever. Default 30 000. */
  defaultCallTimeout?: number;
  /** The connection ended and will not come back by itself. */
  onConnectionError?: (error: AgentConnectionError) => void;
  /** Return false to stop reconnecting after this close. Terminal codes stop it in any case. */
  shouldReconnectOnClose?: (event: CloseEvent) => boolean;
}

/** Options of {@link AgentClient}; those of PartySocket pass through. */
export type AgentClientOptions<State = unknown> = Omit<
  PartySocketOptions,
  "party" | "room" | "path" | "basePath" | "shouldReconnectOnClose"
> &
  AgentConnectionOptions<State>;

/** Options of {@link agentFetch}. */
export type AgentClientFetchOptions = Omit<PartyFetchOptions, "party" | "room"> & {
  /** Class of the agent, in any spelling of its name. Ignored when `basePath` is set. */
  agent: string;
  /** Name of the instance. Default `"default"`. */
  name?: string;
  /** Full URL path instead of `agents/<agent>/<name>`. */
  basePath?: string;
};
