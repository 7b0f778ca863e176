import { finishReason } from "./measures.ts";
import { type Fields, fields, list, text } from "./read.ts";

/** Characters that stored messages may take; older ones are left out beyond that. */
const BUDGET = 32_768;
/** The first messages hold instructions and the first question: they are kept longest. */
const PROTECTED = 2;

type Part = Readonly<Record<string, unknown>>;

/** A prompt in the schema of the conventions, as JSON. */
export function inputMessages(prompt: unknown): string {
  const messages = list(prompt).map((message) => {
    const { role, content } = fields(message);
    const parts = typeof content === "string" ? [textPart(content)] : list(content).map(partOf);
    return { role, parts };
  });
  return withinBudget(messages);
}

/** An answer in the schema of the conventions, as JSON. */
export function outputMessages(content: readonly unknown[], reason: unknown): string {
  const parts = content.map(partOf);
  return withinBudget([
    { role: "assistant", parts, finish_reason: finishReason(reason) ?? "unknown" },
  ]);
}

/** JSON of anything; a word where it does not fit into JSON. */
export function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return '"[not JSON]"';
  }
}

function partOf(part: unknown): Part {
  const told = fields(part);
  switch (told.type) {
    case "text":
    case "reasoning":
      return { type: told.type, content: told.text };
    case "tool-call":
      return {
        type: "tool_call",
        id: told.toolCallId,
        name: told.toolName,
        arguments: parsed(told.input),
      };
    case "tool-result":
      return {
        type: "tool_call_response",
        id: told.toolCallId,
        response: told.output ?? told.result,
      };
    default:
      return bare(told);
  }
}

/** Other parts may be files: their kind is told, not their content. */
function bare({ type, mediaType }: Fields): Part {
  return { type: text(type) ?? "unknown", ...(text(mediaType) ? { mime_type: mediaType } : {}) };
}

function textPart(content: string): Part {
  return { type: "text", content };
}

function parsed(input: unknown): unknown {
  if (typeof input !== "string") return input;
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}

function withinBudget(messages: readonly unknown[]): string {
  const kept = messages.map(asJson);
  let length = kept.reduce((sum, message) => sum + message.length + 1, 1);
  while (length > BUDGET && kept.length > PROTECTED + 1) {
    length -= (kept.splice(PROTECTED, 1)[0]?.length ?? 0) + 1;
  }
  return `[${kept.join()}]`;
}
