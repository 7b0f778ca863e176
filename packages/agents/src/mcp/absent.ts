import { FreeholdError } from "../errors.ts";
import type { MCPServersState } from "../wire.ts";

/** What adding a server answers once it can be done. */
export type AddedMcpServer =
  | { id: string; state: "ready" }
  | { id: string; state: "authenticating"; authUrl: string };

/** The failure of every attempt to use servers of the Model Context Protocol. */
export function mcpUnavailable(): FreeholdError {
  return new FreeholdError(
    "mcp_unavailable",
    "This version of @freehold/agents connects to no MCP servers",
    { help: "Call the server with its own client, or use the published package for this agent." },
  );
}

/** The state of an agent without servers. */
export function noMcpServers(): MCPServersState {
  return { servers: {}, tools: [], prompts: [], resources: [] };
}

/**
 * The servers of an agent that is connected to none: what code asks of them is answered truthfully.
 *
 * @example
 * ```ts
 * const tools = { ...this.mcp.getAITools(), ...myOwn };
 * ```
 */
export class AbsentMcp {
  /** The tools of all servers, for the AI SDK: none. */
  getAITools(): Record<string, never> {
    return {};
  }

  /** Resolves when all connections have settled: at once. */
  async waitForConnections(_options?: { timeout?: number }): Promise<void> {
    // There is nothing to wait for.
  }
}
