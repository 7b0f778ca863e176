import type { JSONSchema7, LanguageModel, ModelMessage, ToolSet } from "ai";
import { InferenceUpstreamError } from "../ai-errors.ts";
import type { ChatInput, ChatMessage, Picture } from "./chat-input.ts";
import { type ChatPart, type Finish, usageOf } from "./chat-output.ts";

const FINISHES: Readonly<Record<string, Finish>> = {
  length: "length",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
};
const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;

/** Has a provider's model answer, through the AI SDK. Nothing is tried twice: gateways do that. */
export async function* providerChat(
  model: LanguageModel,
  input: ChatInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChatPart> {
  const { jsonSchema, Output, streamText } = await import("ai");
  const tools: ToolSet = Object.fromEntries(
    input.tools.map(({ name, description, parameters }) => [
      name,
      { description, inputSchema: jsonSchema(parameters as JSONSchema7) },
    ]),
  );
  const schema = input.json;
  const effort = EFFORTS.find((one) => one === input.reasoningEffort);
  let failure: unknown;
  const result = streamText({
    model,
    allowSystemInMessages: true,
    messages: input.messages.map(modelMessage),
    maxRetries: 0,
    ...(input.tools.length > 0 && { tools, toolChoice: toolChoiceOf(input) }),
    ...(schema !== undefined && {
      output:
        schema === true
          ? Output.json()
          : Output.object({ schema: jsonSchema(schema as JSONSchema7) }),
    }),
    ...(input.maxTokens !== undefined && { maxOutputTokens: input.maxTokens }),
    ...(input.temperature !== undefined && { temperature: input.temperature }),
    ...(input.topP !== undefined && { topP: input.topP }),
    ...(input.topK !== undefined && { topK: input.topK }),
    ...(input.seed !== undefined && { seed: input.seed }),
    ...(input.frequencyPenalty !== undefined && { frequencyPenalty: input.frequencyPenalty }),
    ...(input.presencePenalty !== undefined && { presencePenalty: input.presencePenalty }),
    ...(input.stop.length > 0 && { stopSequences: [...input.stop] }),
    ...(effort !== undefined && { reasoning: effort }),
    ...(signal && { abortSignal: signal }),
    onError: ({ error }) => {
      failure = error;
    },
  });
  for await (const part of result.stream) {
    switch (part.type) {
      case "text-delta":
        if (part.text !== "") yield { kind: "text", text: part.text };
        break;
      case "reasoning-delta":
        if (part.text !== "") yield { kind: "reasoning", text: part.text };
        break;
      case "tool-call":
        yield {
          kind: "call",
          call: { id: part.toolCallId, name: part.toolName, arguments: part.input },
        };
        break;
      case "error":
        throw upstream(part.error ?? failure);
      case "abort":
        throw new InferenceUpstreamError("ABORTED", "The request was aborted.");
      case "finish": {
        const { inputTokens = 0, outputTokens = 0 } = part.totalUsage;
        const finish = FINISHES[part.finishReason] ?? "stop";
        yield { kind: "end", finish, usage: usageOf(inputTokens, outputTokens) };
        break;
      }
    }
  }
}

/** What a provider complained of, in the service's form. Keys never stand in it. */
export function upstream(error: unknown): InferenceUpstreamError {
  if (error instanceof InferenceUpstreamError) return error;
  const { statusCode } = (error ?? {}) as { statusCode?: number };
  const text = error instanceof Error ? error.message : String(error);
  const name = statusCode === 429 ? "NO_CAPACITY" : statusCode === 400 ? "BAD_INPUT" : "UPSTREAM";
  return new InferenceUpstreamError(name, text, error);
}

function toolChoiceOf({ toolChoice }: ChatInput) {
  return typeof toolChoice === "string"
    ? toolChoice
    : ({ type: "tool", toolName: toolChoice.name } as const);
}

function modelMessage(message: ChatMessage): ModelMessage {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.text };
    case "user":
      if (message.pictures.length === 0) return { role: "user", content: message.text };
      return {
        role: "user",
        content: [
          ...(message.text === "" ? [] : [{ type: "text" as const, text: message.text }]),
          ...message.pictures.map(filePart),
        ],
      };
    case "assistant":
      return {
        role: "assistant",
        content: [
          ...(message.text === "" ? [] : [{ type: "text" as const, text: message.text }]),
          ...message.calls.map(({ id, name, arguments: input }) => ({
            type: "tool-call" as const,
            ...{ toolCallId: id, toolName: name, input },
          })),
        ],
      };
    case "tool":
      return {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: message.callId,
            toolName: message.name,
            output: { type: "text", value: message.text },
          },
        ],
      };
  }
}

function filePart({ data, mediaType }: Picture) {
  const isAddress = /^https?:\/\//.test(data);
  return {
    type: "file" as const,
    data: isAddress ? new URL(data) : data,
    mediaType: mediaType ?? "image",
  };
}
