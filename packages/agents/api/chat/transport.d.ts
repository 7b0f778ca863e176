import {
  AgentConnection,
  WebSocketChatTransport,
  WebSocketChatTransportOptions,
} from "../shared.js";
export {
  type AgentConnection,
  WebSocketChatTransport,
  type WebSocketChatTransportOptions,
};