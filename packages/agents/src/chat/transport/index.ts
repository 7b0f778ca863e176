export type { AgentConnection } from "./connection.ts";
export {
  WebSocketChatTransport,
  type WebSocketChatTransportOptions,
} from "./websocket-chat-transport.ts";
