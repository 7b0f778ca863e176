export type { AgentConnection } from "../transport/connection.ts";
export {
  WebSocketChatTransport,
  type WebSocketChatTransportOptions,
} from "../transport/websocket-chat-transport.ts";
export type { ClientToolSchema } from "../types.ts";
export type { ChatTurnOutcome } from "../wire.ts";
export { getAgentMessages } from "./initial-messages.ts";
export type {
  AgentChat,
  OnToolCallCallback,
  PrepareSendMessagesRequestOptions,
  PrepareSendMessagesRequestResult,
  UseAgentChatOptions,
} from "./options.ts";
export {
  type AITool,
  detectToolsRequiringConfirmation,
  extractClientToolSchemas,
  getToolApproval,
  getToolCallId,
  getToolInput,
  getToolOutput,
  getToolPartState,
  type JSONSchemaType,
} from "./tools.ts";
export type { ChatTurnEndEvent } from "./turn-ends.ts";
export { useAgentChat } from "./use-agent-chat.ts";
