import {
  AgentTransport,
  CAPNWEB_TRANSPORT_QUERY,
  CAPNWEB_TRANSPORT_VALUE,
  registerInternalConnectionKeys,
  SyncedState,
  WebSocketHandlers,
  WebSocketMessage,
  WebSockets,
  WebSocketsOptions,
} from "./shared.js";
/** A connection that may not change the state. */
declare const CF_READONLY_KEY = "_cf_readonly";
/** A connection that gets no protocol frames. */
declare const CF_NO_PROTOCOL_KEY = "_cf_no_protocol";
/** Whether a request is a WebSocket upgrade that asks for Cap'n Web. */
declare function isCapnWebTransportUpgrade(request: Request): boolean;
/** `url` with `ws(s)` as its scheme and the parameter that asks for Cap'n Web. */
declare function capnWebTransportUrl(url: string | URL): string;
export {
  type AgentTransport,
  CAPNWEB_TRANSPORT_QUERY,
  CAPNWEB_TRANSPORT_VALUE,
  capnWebTransportUrl,
  CF_NO_PROTOCOL_KEY,
  CF_READONLY_KEY,
  isCapnWebTransportUpgrade,
  registerInternalConnectionKeys,
  type SyncedState,
  type WebSocketHandlers,
  type WebSocketMessage,
  WebSockets,
  type WebSocketsOptions,
};