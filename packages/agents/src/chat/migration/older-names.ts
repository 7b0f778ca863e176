/**
 * Messages of all versions under the names that code for older versions knows.
 *
 * @module
 */

import type { UIMessage } from "ai";
import {
  autoTransformMessage,
  autoTransformMessages,
  type InputMessage,
  isUIMessage,
} from "./legacy-messages.ts";

export { autoTransformMessage, autoTransformMessages, isUIMessage };

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
export type LegacyMessage = {
  id?: string;
  role: string;
  content: string;
  reasoning?: string;
  toolInvocations?: ToolInvocation[];
  parts?: LegacyPart[];
  [key: string]: unknown;
};

/** A message whose content is a list where there should be parts. */
export type CorruptArrayMessage = {
  id?: string;
  role: string;
  content: { type: string; text: string }[];
  reasoning?: string;
  toolInvocations?: ToolInvocation[];
  [key: string]: unknown;
};

/** A message of any version. */
export type MigratableMessage = LegacyMessage | CorruptArrayMessage | UIMessage;

const warned = new Set<string>();

/** @deprecated Use `autoTransformMessage`. */
export function migrateToUIMessage(message: MigratableMessage): UIMessage {
  warn("migrateToUIMessage", "autoTransformMessage");
  return autoTransformMessage(message as InputMessage);
}

/** @deprecated Use `autoTransformMessages`. */
export function migrateMessagesToUIFormat(messages: MigratableMessage[]): UIMessage[] {
  warn("migrateMessagesToUIFormat", "autoTransformMessages");
  return autoTransformMessages(messages);
}

/** @deprecated Messages are made into today's form by themselves. */
export function needsMigration(messages: unknown[]): boolean {
  warn("needsMigration", "autoTransformMessages");
  return messages.some((message) => !isUIMessage(message));
}

/** Counts the forms of messages, with an example of each that is not today's. */
export function analyzeCorruption(messages: unknown[]): {
  total: number;
  clean: number;
  legacyString: number;
  corruptArray: number;
  unknown: number;
  examples: { legacyString?: unknown; corruptArray?: unknown; unknown?: unknown };
} {
  const forms = messages.map(formOf);
  const count = (form: Form) => forms.filter((each) => each === form).length;
  const example = (form: Form) => {
    const at = forms.indexOf(form);
    return at === -1 ? {} : { [form]: messages[at] };
  };
  return {
    ...{ total: messages.length, clean: count("clean"), legacyString: count("legacyString") },
    ...{ corruptArray: count("corruptArray"), unknown: count("unknown") },
    examples: { ...example("legacyString"), ...example("corruptArray"), ...example("unknown") },
  };
}

type Form = "clean" | "legacyString" | "corruptArray" | "unknown";

function formOf(message: unknown): Form {
  if (isUIMessage(message)) return "clean";
  const content: unknown = (message as { content?: unknown } | null | undefined)?.content;
  if (typeof content === "string") return "legacyString";
  return Array.isArray(content) ? "corruptArray" : "unknown";
}

function warn(name: string, instead: string): void {
  if (warned.has(name)) return;
  warned.add(name);
  console.warn(`[@cloudflare/ai-chat] Deprecated: ${name} is deprecated, use ${instead}`);
}
