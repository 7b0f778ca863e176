export { AIChatAgent } from "./ai-chat-agent.ts";
export type {
  ChatMessage,
  ChatResponseResult,
  ClientToolSchema,
  OnChatMessageOptions,
  SaveMessagesOptions,
  SaveMessagesResult,
} from "./types.ts";
export type { ChatTurnOutcome } from "./wire.ts";
