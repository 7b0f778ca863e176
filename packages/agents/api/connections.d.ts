import {
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  registerInternalConnectionKeys,
  WSMessage,
} from "./shared.js";
export {
  type Connection,
  type ConnectionContext,
  type ConnectionSetStateFn,
  type ConnectionState,
  registerInternalConnectionKeys,
  type WSMessage,
};