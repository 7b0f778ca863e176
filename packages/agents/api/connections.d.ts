import {
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  WSMessage,
} from "./shared.js";
/**
 * Hides further keys from `connection.state` and preserves them across `connection.setState`.
 * For code that extends the SDK; call it while modules load.
 */
declare function registerInternalConnectionKeys(...keys: string[]): void;
export {
  type Connection,
  type ConnectionContext,
  type ConnectionSetStateFn,
  type ConnectionState,
  registerInternalConnectionKeys,
  type WSMessage,
};