import {
  UIMessage,
} from "ai";
/** A message of any version. */
type InputMessage = {
  id?: string;
  role?: string;
  content?: unknown;
  reasoning?: string;
  toolInvocations?: unknown[];
  parts?: unknown[];
  [key: string]: unknown;
};
/** Whether a message has today's form: parts. */
declare function isUIMessage(message: unknown): message is UIMessage;
/**
 * A message in today's form. One that has parts only gets inputs of tools that models can read; of
 * others, reasoning, calls, files and text become parts. Without an id it is `msg-<index>`.
 *
 * @example
 * ```ts
 * autoTransformMessage({ id: "1", role: "user", content: "hi" });
 * // { id: "1", role: "user", parts: [{ type: "text", text: "hi" }] }
 * ```
 */
declare function autoTransformMessage(message: UIMessage | InputMessage, index?: number): UIMessage;
/** Messages in today's form. */
declare function autoTransformMessages(messages: unknown[]): UIMessage[];
type ToolInvocation = {
  toolCallId: string;
  toolName: string;
  args: Record<string, unknown>;
  result?: unknown;
  state: "partial-call" | "call" | "result" | "error";
};
type LegacyPart = {
  type: string;
  text?: string;
  url?: string;
  data?: string;
  mimeType?: string;
  mediaType?: string;
  filename?: string;
};
/** A message of AI SDK 4. */
type LegacyMessage = {
  id?: string;
  role: string;
  content: string;
  reasoning?: string;
  toolInvocations?: ToolInvocation[];
  parts?: LegacyPart[];
  [key: string]: unknown;
};
/** A message whose content is a list where there should be parts. */
type CorruptArrayMessage = {
  id?: string;
  role: string;
  content: {
    type: string;
    text: string;
  }[];
  reasoning?: string;
  toolInvocations?: ToolInvocation[];
  [key: string]: unknown;
};
/** A message of any version. */
type MigratableMessage = LegacyMessage | CorruptArrayMessage | UIMessage;
/** @deprecated Use `autoTransformMessage`. */
declare function migrateToUIMessage(message: MigratableMessage): UIMessage;
/** @deprecated Use `autoTransformMessages`. */
declare function migrateMessagesToUIFormat(messages: MigratableMessage[]): UIMessage[];
/** @deprecated Messages are made into today's form by themselves. */
declare function needsMigration(messages: unknown[]): boolean;
/** Counts the forms of messages, with an example of each that is not today's. */
declare function analyzeCorruption(messages: unknown[]): {
  total: number;
  clean: number;
  legacyString: number;
  corruptArray: number;
  unknown: number;
  examples: {
    legacyString?: unknown;
    corruptArray?: unknown;
    unknown?: unknown;
  };
};
export {
  analyzeCorruption,
  autoTransformMessage,
  autoTransformMessages,
  type CorruptArrayMessage,
  isUIMessage,
  type LegacyMessage,
  type MigratableMessage,
  migrateMessagesToUIFormat,
  migrateToUIMessage,
  needsMigration,
};