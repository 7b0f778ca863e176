export type { AgentTransport } from "../client/options.ts";
export type { AgentStep } from "./address.ts";
export { _testUtils } from "./query-cache.ts";
export { type AgentHandle, type UseAgentOptions, useAgent } from "./use-agent.ts";
export { useAgentToolEvents } from "./use-agent-tool-events.ts";
