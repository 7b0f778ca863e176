import { InferenceUpstreamError } from "../../ai-errors.ts";
import type { ChatInput, ChatMessage } from "../../tasks/chat-input.ts";
import type { Functions, HistoryCall, HistoryItem } from "./library.ts";

/**
 * A chat as `node-llama-cpp` takes it: what a model said, called and was answered is one item, until
 * somebody else speaks.
 *
 * @throws InferenceUpstreamError 5006 for pictures
 */
export function historyOf(messages: readonly ChatMessage[]): HistoryItem[] {
  const results = new Map(
    messages.flatMap((message) =>
      message.role === "tool" ? [[message.callId, message.text] as const] : [],
    ),
  );
  const history: HistoryItem[] = [];
  for (const message of messages) {
    if (message.role === "tool") continue;
    if (message.role !== "assistant") {
      if (message.role === "user" && message.pictures.length > 0) {
        throw new InferenceUpstreamError("BAD_INPUT", "a GGUF model of this host sees no pictures");
      }
      history.push({ type: message.role, text: message.text });
      continue;
    }
    const last = history.at(-1);
    const response = last?.type === "model" ? last.response : [];
    if (last?.type !== "model") history.push({ type: "model", response });
    if (message.text !== "") response.push(message.text);
    response.push(...message.calls.map((call) => callOf(call, results)));
  }
  if (history.at(-1)?.type !== "model") history.push({ type: "model", response: [] });
  return history;
}

function callOf(
  { id, name, arguments: params }: { id: string; name: string; arguments: unknown },
  results: ReadonlyMap<string, string>,
): HistoryCall {
  return { type: "functionCall", name, params, result: results.get(id) ?? null };
}

/** Tools as functions of the library; `undefined` where none may be called. */
export function functionsOf({ tools, toolChoice, json }: ChatInput): Functions | undefined {
  // The library takes a grammar or functions: an answer in a certain form comes first.
  if (toolChoice === "none" || json !== undefined) return undefined;
  const wanted =
    typeof toolChoice === "string" ? tools : tools.filter(({ name }) => name === toolChoice.name);
  if (wanted.length === 0) return undefined;
  return Object.fromEntries(
    wanted.map(({ name, description, parameters }) => [
      name,
      { description, params: grammarSchema(parameters) },
    ]),
  );
}

/** The library knows `oneOf`, which as a grammar means the same as `anyOf`. */
export function grammarSchema(schema: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name === "anyOf" ? "oneOf" : name,
      inner(value),
    ]),
  );
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== "object" || value === null) return value;
  return grammarSchema(value as Readonly<Record<string, unknown>>);
}
