export type { AgentTransport } from "../client/options.ts";
export type { AgentStep } from "./address.ts";
export { type AgentHandle, type UseAgentOptions, useAgent } from "./use-agent.ts";
