import type { FlexibleSchema, InferSchema, Tool } from "ai";
import type { Agent } from "../agent.ts";
import { currentContext } from "../context.ts";
import { messageOf } from "../errors.ts";
import { contractErrors } from "./contract-errors.ts";
import type {
  AgentToolDisplayMetadata,
  AgentToolFailure,
  ChatCapableAgentClass,
  RunAgentToolResult,
} from "./types.ts";

type ParseSchema<Output> = { parse(value: unknown): Output };

/** How a tool made of an agent is described to the model. */
export type AgentToolFactoryOptions<Output = unknown, Input = unknown> = {
  description: string;
  inputSchema: FlexibleSchema<Input>;
  /** What the run's output must be; without it the tool returns the summary. */
  outputSchema?: FlexibleSchema<Output> | ParseSchema<Output>;
  displayName?: string;
  icon?: string;
  display?: AgentToolDisplayMetadata;
};

type InferredOptions<Schema extends FlexibleSchema, Output> = Omit<
  AgentToolFactoryOptions<Output>,
  "inputSchema"
> & { inputSchema: Schema };

/**
 * A tool of the AI SDK that has an agent run: inside the agent whose turn it is, with a database of
 * its own, followed to its end. What did not complete is returned as an {@link AgentToolFailure}.
 *
 * @example
 * const tools = {
 *   research: agentTool(Researcher, {
 *     description: "Research one topic in depth.",
 *     inputSchema: z.object({ query: z.string() }),
 *   }),
 * };
 */
export function agentTool<Schema extends FlexibleSchema, Output = unknown>(
  cls: ChatCapableAgentClass,
  options: InferredOptions<Schema, Output>,
): Tool<InferSchema<Schema>, string | Output | AgentToolFailure>;
export function agentTool<Input = unknown, Output = unknown>(
  cls: ChatCapableAgentClass,
  options: AgentToolFactoryOptions<Output, Input>,
): Tool<Input, string | Output | AgentToolFailure>;
export function agentTool<Input, Output>(
  cls: ChatCapableAgentClass,
  options: AgentToolFactoryOptions<Output, Input>,
): Tool<Input, string | Output | AgentToolFailure> {
  const { description, inputSchema, outputSchema } = options;
  const display = displayOf(options);
  const tool = {
    description,
    inputSchema,
    async execute(input: Input, call: { toolCallId: string; abortSignal?: AbortSignal }) {
      const { agent } = currentContext<Agent>();
      if (!agent) throw contractErrors.outsideTurn();
      const result = await agent.runAgentTool<Input, Output>(cls, {
        ...{ input, runId: `agent-tool:${call.toolCallId}`, parentToolCallId: call.toolCallId },
        ...(call.abortSignal ? { signal: call.abortSignal } : {}),
        ...(display ? { display } : {}),
      });
      return outcome(result, outputSchema);
    },
  };
  return tool as unknown as Tool<Input, string | Output | AgentToolFailure>;
}

async function outcome<Output>(
  result: RunAgentToolResult<Output>,
  schema: AgentToolFactoryOptions<Output>["outputSchema"],
): Promise<string | Output | AgentToolFailure> {
  const { childStillRunning, error, output, reason, status, summary } = result;
  if (status !== "completed") {
    return {
      ...{ ok: false, status, error: error ?? `The run ended as ${status}` },
      retryable: status === "interrupted",
      ...(reason === undefined ? {} : { reason }),
      ...(childStillRunning === undefined ? {} : { childStillRunning }),
    };
  }
  if (!schema) return summary ?? "";
  if (output === undefined || output === null) return failure(contractErrors.noOutput);
  try {
    return await validated(schema, output);
  } catch (thrown) {
    return failure(messageOf(thrown));
  }
}

function failure(error: string): AgentToolFailure {
  return { ok: false, status: "error", error, retryable: false };
}

async function validated<Output>(
  schema: NonNullable<AgentToolFactoryOptions<Output>["outputSchema"]>,
  output: unknown,
): Promise<Output> {
  if (typeof (schema as ParseSchema<Output>).parse === "function") {
    return (schema as ParseSchema<Output>).parse(output);
  }
  const { asSchema } = await import("ai");
  const result = await asSchema(schema as FlexibleSchema<Output>).validate?.(output);
  if (result && !result.success) throw result.error;
  return result ? result.value : (output as Output);
}

function displayOf({ display, displayName, icon }: AgentToolFactoryOptions) {
  const named = {
    ...(displayName === undefined ? {} : { name: displayName }),
    ...(icon === undefined ? {} : { icon }),
    ...display,
  };
  return Object.keys(named).length > 0 ? named : undefined;
}
