import {
  AgentToolChildAdapter,
  AgentToolDisplayMetadata,
  AgentToolEvent,
  AgentToolEventDelivery,
  AgentToolEventMessage,
  AgentToolEventState,
  AgentToolFailure,
  AgentToolInterruptedReason,
  AgentToolLifecycleResult,
  AgentToolRunInfo,
  AgentToolRunInspection,
  AgentToolRunPart,
  AgentToolRunState,
  AgentToolRunStatus,
  AgentToolStoredChunk,
  AgentToolTerminalStatus,
  ChatCapableAgentClass,
  DetachedAgentToolConfig,
  DetachedRunAgentToolResult,
  RunAgentToolOptions,
  RunAgentToolResult,
} from "./shared.js";
import {
  FlexibleSchema,
  InferSchema,
  Tool,
} from "ai";
type ParseSchema<Output> = {
  parse(value: unknown): Output;
};
/** How a tool made of an agent is described to the model. */
type AgentToolFactoryOptions<Output = unknown, Input = unknown> = {
  description: string;
  inputSchema: FlexibleSchema<Input>;
  /** What the run's output must be; without it the tool returns the summary. */
  outputSchema?: FlexibleSchema<Output> | ParseSchema<Output>;
  displayName?: string;
  icon?: string;
  display?: AgentToolDisplayMetadata;
};
type InferredOptions<Schema extends FlexibleSchema, Output> = Omit<AgentToolFactoryOptions<Output>, "inputSchema"> & {
  inputSchema: Schema;
};
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
declare function agentTool<Schema extends FlexibleSchema, Output = unknown>(cls: ChatCapableAgentClass, options: InferredOptions<Schema, Output>): Tool<InferSchema<Schema>, string | Output | AgentToolFailure>;
declare function agentTool<Input = unknown, Output = unknown>(cls: ChatCapableAgentClass, options: AgentToolFactoryOptions<Output, Input>): Tool<Input, string | Output | AgentToolFailure>;
export {
  agentTool,
  type AgentToolChildAdapter,
  type AgentToolDisplayMetadata,
  type AgentToolEvent,
  type AgentToolEventDelivery,
  type AgentToolEventMessage,
  type AgentToolEventState,
  type AgentToolFactoryOptions,
  type AgentToolFailure,
  type AgentToolInterruptedReason,
  type AgentToolLifecycleResult,
  type AgentToolRunInfo,
  type AgentToolRunInspection,
  type AgentToolRunPart,
  type AgentToolRunState,
  type AgentToolRunStatus,
  type AgentToolStoredChunk,
  type AgentToolTerminalStatus,
  type ChatCapableAgentClass,
  type DetachedAgentToolConfig,
  type DetachedRunAgentToolResult,
  type RunAgentToolOptions,
  type RunAgentToolResult,
};