export type { AgentConnection } from "../transport/connection.ts";
export {
  WebSocketChatTransport,
  type WebSocketChatTransportOptions,
} from "../transport/websocket-chat-transport.ts";
export { getAgentMessages } from "./initial-messages.ts";
export type {
  AgentChat,
  PrepareSendMessagesRequestOptions,
  PrepareSendMessagesRequestResult,
  UseAgentChatOptions,
} from "./options.ts";
export { useAgentChat } from "./use-agent-chat.ts";
