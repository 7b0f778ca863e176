import { approvalRequest, type Decisions, decisionsOf, recordApproval } from "./approvals.ts";
import { identityOf } from "./identity.ts";
import { finishAttributes, providerName, requestAttributes, usageAttributes } from "./measures.ts";
import type { AISDKInstrumentationOptions } from "./options.ts";
import { type Fields, fields, list, text } from "./read.ts";
import { type OpenSpan, openSpan, type SpanAttributes } from "./span.ts";

/** What every span says of where it comes from. */
export const INTEGRATION = { "cloudflare.agents.integration.name": "ai-sdk" } as const;

/** One call of the SDK: its span, and what its model and tools need to add theirs. */
export interface Operation {
  readonly span: OpenSpan;
  readonly options: AISDKInstrumentationOptions;
  /** What people decided on tools that asked before this call. */
  readonly decisions: Decisions;
  readonly outputType: string;
  /** A tool asks whether it may run. */
  approvalAsked(part: unknown): void;
  /** Ends the span of an operation that went well. */
  finish(outcome: { usage: unknown; reason: unknown; toolCalls: number | undefined }): void;
}

/** Opens the span of a call. `name` is the SDK's function. */
export function beginOperation(
  name: string,
  call: Fields,
  options: AISDKInstrumentationOptions,
): Operation {
  const { agent, attributes } = identityOf(call, options.includeRuntimeContext ?? []);
  const model = fields(call.model);
  const outputType = /Object$/.test(name) || asksForJson(call) ? "json" : "text";
  const span = openSpan("invoke_agent", agent, {
    ...INTEGRATION,
    ...attributes,
    ...requestAttributes(call),
    ...streaming(/^stream/.test(name)),
    "gen_ai.operation.name": "invoke_agent",
    "cloudflare.agents.operation.name": name,
    "gen_ai.output.type": outputType,
    "gen_ai.provider.name": providerName(model.provider),
    "gen_ai.request.model": text(model.modelId) ?? text(call.model),
  });
  const decisions = decisionsOf(call.messages);
  for (const { toolCallId, toolName, approved } of decisions.values()) {
    if (!approved) recordApproval(span.context, toolName, toolCallId, "denied");
  }
  return {
    span,
    options,
    decisions,
    outputType,
    approvalAsked(part) {
      const asked = approvalRequest(part);
      if (asked) recordApproval(span.context, asked.toolName, asked.toolCallId, "requested");
    },
    finish({ usage, reason, toolCalls }) {
      span.set({
        ...usageAttributes(usage),
        ...finishAttributes(reason),
        "cloudflare.agents.tool.count": toolCalls,
      });
      span.end();
    },
  };
}

/** The attribute of streaming calls; others have none. */
export function streaming(streams: boolean): SpanAttributes {
  return { "gen_ai.request.stream": streams || undefined };
}

/** How many tools the steps of a result called. */
export function countToolCalls(steps: unknown): number | undefined {
  if (!Array.isArray(steps)) return undefined;
  return steps.reduce((sum: number, step) => sum + list(fields(step).toolCalls).length, 0);
}

function asksForJson(call: Fields): boolean {
  const output = fields(call.output ?? call.experimental_output);
  const kind = text(output.name) ?? text(output.type);
  return kind !== undefined && kind !== "text";
}
