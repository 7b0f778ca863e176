export type { AgentTransport } from "../client/options.ts";
export { registerInternalConnectionKeys } from "../connections/attachment.ts";
export { CF_NO_PROTOCOL_KEY, CF_READONLY_KEY } from "../schema.ts";
export type {
  SyncedState,
  WebSocketHandlers,
  WebSocketMessage,
  WebSocketsOptions,
} from "./options.ts";
export {
  CAPNWEB_TRANSPORT_QUERY,
  CAPNWEB_TRANSPORT_VALUE,
  capnWebTransportUrl,
  isCapnWebTransportUpgrade,
} from "./transport.ts";
export { WebSockets } from "./websockets.ts";
