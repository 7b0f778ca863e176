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

/** How an authorization ended. */
type AuthorizationResult =
  | { serverId: string; authSuccess: true; authError?: undefined }
  | { serverId?: string; authSuccess: false; authError: string };

/** What answers a browser that comes back from an authorization. */
interface AuthorizationCallback {
  successRedirect?: string;
  errorRedirect?: string;
  customHandler?: (result: AuthorizationResult) => Response;
}

/** Listens to something; the answer ends that. */
type Listen = (listener: (event: never) => void) => { dispose(): void };

const SILENT: Listen = () => ({ dispose: () => undefined });

/**
 * The servers of an agent that is connected to none: what code asks of them is answered truthfully, and
 * what it prepares for them is taken. Only what needs a server fails.
 *
 * @example
 * ```ts
 * const tools = { ...this.mcp.getAITools(), ...myOwn };
 * ```
 */
export class AbsentMcp {
  readonly mcpConnections: Readonly<Record<string, never>> = {};
  readonly onServerStateChanged: Listen = SILENT;
  readonly onObservabilityEvent: Listen = SILENT;
  #callback: AuthorizationCallback | undefined;

  /** The tools of all servers, for the AI SDK: none. */
  getAITools(_filter?: object): Record<string, never> {
    return {};
  }

  listServers(): never[] {
    return [];
  }

  listTools(_filter?: object): never[] {
    return [];
  }

  listPrompts(_filter?: object): never[] {
    return [];
  }

  listResources(_filter?: object): never[] {
    return [];
  }

  listResourceTemplates(_filter?: object): never[] {
    return [];
  }

  /** Resolves when all connections have settled: at once. */
  async waitForConnections(_options?: { timeout?: number }): Promise<void> {
    // There is nothing to wait for.
  }

  /** Agents commonly say this when they start. */
  configureOAuthCallback(config: AuthorizationCallback): void {
    this.#callback = config;
  }

  getOAuthCallbackConfig(): AuthorizationCallback | undefined {
    return this.#callback;
  }

  configureElicitationHandlers(_handlers?: object): void {
    // No server asks.
  }

  /** Whether a browser comes back from the authorization at a server: never. */
  isCallbackRequest(_request: Request): boolean {
    return false;
  }

  async closeAllConnections(): Promise<void> {
    // There are none.
  }

  /** @throws FreeholdError `mcp_unavailable` */
  async connect(_url: string, _options?: object): Promise<never> {
    throw mcpUnavailable();
  }

  /** @throws FreeholdError `mcp_unavailable` */
  async registerServer(_id: string, _options: object): Promise<never> {
    throw mcpUnavailable();
  }

  /** @throws FreeholdError `mcp_unavailable` */
  async connectToServer(_id: string): Promise<never> {
    throw mcpUnavailable();
  }

  /** @throws FreeholdError `mcp_unavailable` */
  async callTool(_params: object, ..._options: unknown[]): Promise<never> {
    throw mcpUnavailable();
  }
}
