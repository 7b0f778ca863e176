export { registerInternalConnectionKeys } from "./attachment.ts";
export type {
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  WSMessage,
} from "./types.ts";
