import { type Fields, fields, list, number, text } from "./read.ts";
import type { SpanAttributes } from "./span.ts";

/** Providers whose name in the conventions is not the first word of their name in the AI SDK. */
const PROVIDERS: readonly (readonly [prefix: string, name: string])[] = [
  ["google.vertex", "gcp.vertex_ai"],
  ["google-vertex", "gcp.vertex_ai"],
  ["google", "gcp.gemini"],
  ["amazon-bedrock", "aws.bedrock"],
  ["azure", "azure.ai.openai"],
  ["mistral", "mistral_ai"],
  ["xai", "x_ai"],
];

/** Name of a model's provider in the conventions: `openai.chat` → `openai`. */
export function providerName(provider: unknown): string | undefined {
  const name = text(provider);
  if (name === undefined) return undefined;
  const known = PROVIDERS.find(([prefix]) => name.startsWith(prefix));
  return known?.[1] ?? name.split(".")[0];
}

/** What was asked of the model. */
export function requestAttributes(call: Fields): SpanAttributes {
  const stops = list(call.stopSequences).filter((stop): stop is string => typeof stop === "string");
  return {
    "gen_ai.request.frequency_penalty": number(call.frequencyPenalty),
    "gen_ai.request.presence_penalty": number(call.presencePenalty),
    "gen_ai.request.max_tokens": number(call.maxOutputTokens),
    "gen_ai.request.seed": number(call.seed),
    "gen_ai.request.temperature": number(call.temperature),
    "gen_ai.request.top_k": number(call.topK),
    "gen_ai.request.top_p": number(call.topP),
    "gen_ai.request.stop_sequences": stops.length > 0 ? stops : undefined,
  };
}

/**
 * What was used: as a model reports it (nested in versions 6 and 7, flat before), and as the SDK adds
 * it up over all steps.
 */
export function usageAttributes(usage: unknown): SpanAttributes {
  const told = fields(usage);
  const [input, output] = [fields(told.inputTokens), fields(told.outputTokens)];
  const inputDetails = fields(told.inputTokenDetails);
  const outputDetails = fields(told.outputTokenDetails);
  const inputTokens = number(told.inputTokens) ?? number(input.total);
  const outputTokens = number(told.outputTokens) ?? number(output.total);
  return {
    "gen_ai.usage.input_tokens": inputTokens,
    "gen_ai.usage.output_tokens": outputTokens,
    "gen_ai.usage.cache_read.input_tokens":
      number(input.cacheRead) ??
      number(inputDetails.cacheReadTokens) ??
      number(told.cachedInputTokens),
    "gen_ai.usage.cache_creation.input_tokens":
      number(input.cacheWrite) ?? number(inputDetails.cacheWriteTokens),
    "gen_ai.usage.reasoning.output_tokens":
      number(output.reasoning) ??
      number(outputDetails.reasoningTokens) ??
      number(told.reasoningTokens),
    "cloudflare.agents.usage.total_tokens":
      number(told.totalTokens) ??
      (inputTokens === undefined || outputTokens === undefined
        ? undefined
        : inputTokens + outputTokens),
  };
}

/** Why the model stopped: as text, or with the provider's own word beside it. */
export function finishReason(reason: unknown): string | undefined {
  return text(reason) ?? text(fields(reason).unified);
}

/** The reason as the published package writes it, and as the conventions do. */
export function finishAttributes(reason: unknown): SpanAttributes {
  const told = finishReason(reason);
  return {
    "cloudflare.agents.response.finish_reason": told,
    "gen_ai.response.finish_reasons": told === undefined ? undefined : [told],
  };
}

/** Which answer it was. `response` may carry headers. */
export function responseAttributes(response: unknown, providerMetadata?: unknown): SpanAttributes {
  const { id, modelId, headers } = fields(response);
  const logId = text(fields(headers)["cf-aig-log-id"]) ?? gatewayLogId(providerMetadata);
  return {
    "gen_ai.response.id": text(id),
    "gen_ai.response.model": text(modelId),
    "cloudflare.ai_gateway.log.id": logId,
  };
}

function gatewayLogId(providerMetadata: unknown): string | undefined {
  return Object.values(fields(providerMetadata))
    .map((metadata) => text(fields(metadata).logId) ?? text(fields(metadata).cfAigLogId))
    .find((id) => id !== undefined);
}
