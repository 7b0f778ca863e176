/**
 * Everything that crosses the wire: frame types and texts, header and query names, close codes.
 * The names and the key order equal those of the published `agents` 0.32, so that either client
 * talks to either server. This module is free of platform imports: clients use it as well.
 */

/** The `type` of each protocol frame. */
export const MessageType = {
  CF_AGENT_MCP_SERVERS: "cf_agent_mcp_servers",
  CF_MCP_AGENT_EVENT: "cf_mcp_agent_event",
  CF_AGENT_STATE: "cf_agent_state",
  CF_AGENT_STATE_ERROR: "cf_agent_state_error",
  CF_AGENT_IDENTITY: "cf_agent_identity",
  CF_AGENT_SESSION: "cf_agent_session",
  CF_AGENT_SESSION_ERROR: "cf_agent_session_error",
  RPC: "rpc",
} as const;

/** One of the values of {@link MessageType}. */
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Header that carries start-up properties from the router to the object (base64 of UTF-8 JSON). */
export const PROPS_HEADER = "x-agents-lifecycle-props";
/** How the names of headers begin that only the router may set, of this and of earlier SDKs. */
const INTERNAL_HEADER = /^x-(?:agents-lifecycle|cf-agents|partykit)-/i;
/** Whether a header is the router's own; it removes those from every request that comes in. */
export const isInternalHeader = (name: string): boolean => INTERNAL_HEADER.test(name);
/** Headers of an e-mail by which an answer to it finds the agent that sent it. */
export const AgentHeader = {
  NAME: "X-Agent-Name",
  ID: "X-Agent-ID",
  /** HMAC-SHA-256 of name, id and time, in base64. */
  SIGNATURE: "X-Agent-Sig",
  /** Seconds since the Unix epoch. */
  TIMESTAMP: "X-Agent-Sig-Ts",
} as const;
/** Query parameter and value by which a client asks for changes of the state as patches. Ours alone. */
export const STATE_SYNC_QUERY = "__agents_state";
export const STATE_SYNC_PATCH = "patch";
/** Type of the frames that tell of agents that run as tools. */
export const AGENT_TOOL_EVENT_TYPE = "agent-tool-event";
/** Type of the chunk that tells of progress; it is sent and not stored. */
export const AGENT_TOOL_PROGRESS_PART = "data-agent-progress";
/** Type of the chunk that tells of a milestone. */
export const AGENT_TOOL_MILESTONE_PART = "data-agent-milestone";
/** Segment of a path that leads from an agent to one inside it: `/sub/{class}/{name}`. */
export const SUB_PREFIX = "sub";
/** Query parameter by which a client names its connection. */
export const CONNECTION_ID_PARAMETER = "_pk";
/** Query parameter by which a client asks for another wire than JSON frames. */
export const CAPNWEB_TRANSPORT_QUERY = "__agents_transport";
/** Value of {@link CAPNWEB_TRANSPORT_QUERY} that asks for Cap'n Web. */
export const CAPNWEB_TRANSPORT_VALUE = "capnweb";
/** Method of the server's root, over Cap'n Web, that takes the frames of a client. */
export const CAPNWEB_SEND = "__cf_agent_send";

/** Close codes the server uses. */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  INTERNAL_ERROR: 1011,
  TRY_AGAIN_LATER: 1013,
  /** Terminal for clients: they do not come back by themselves. */
  REPLACED: 4409,
} as const;

/** Codes that may be read in a close event but never sent in a close frame. */
export const UNSENDABLE_CLOSE_CODES: ReadonlySet<number> = new Set([1005, 1006, 1015]);

/** Reasons given with {@link CloseCode}. */
export const CloseReason = {
  SETUP_FAILED: "Uncaught exception during session setup",
  DESTROYED: "Durable Object destroyed",
  SESSION_REPLACED: "Session replaced",
  CONNECT_FAILED: "onConnect failed",
  TOO_MANY_MESSAGES: "Too many messages",
  SUB_AGENT_DELETED: "Sub-agent deleted",
  subAgentRejected: (status: number) => `Sub-agent connection rejected (${status})`,
} as const;

/** Error texts that clients may compare. */
export const ErrorText = {
  CONNECTION_READONLY: "Connection is readonly",
  STATE_REJECTED: "State update rejected",
  UNKNOWN: "Unknown error occurred",
  INTERNAL: "Internal Server Error",
  INVALID_REQUEST: "Invalid request",
  NOT_IMPLEMENTED: "Not implemented",
  UPGRADES_OFF:
    "WebSocket upgrades are not enabled on this Durable Object. Install a capability that claims them (e.g. WebSockets).",
  rpcTargetResult: (method: string) =>
    `Method ${method} returns an RpcTarget, which only the capnweb transport can carry`,
  methodMissing: (method: string) => `Method ${method} does not exist`,
  methodNotCallable: (method: string) => `Method ${method} is not callable`,
} as const;

/** A call from a client. Keys that are not listed are ignored. */
export type RPCRequest = { type: "rpc"; id: string; method: string; args: unknown[] };

/** An answer to a call; `done: false` marks a chunk of a streaming one. */
export type RPCResponse = { type: typeof MessageType.RPC; id: string } & (
  | { success: true; result: unknown; done?: false }
  | { success: true; result: unknown; done: true }
  | {
      success: false;
      error: string;
      /** Class of the error, unless it is `Error`. Ours alone. */
      name?: string;
      /** Stable, machine-readable name of the failure, if it has one. Ours alone. */
      code?: string;
    }
);

/** The whole state, from either side. */
export type StateUpdateMessage = {
  type: typeof MessageType.CF_AGENT_STATE;
  state: unknown;
  /** From the server: grows with every change of one agent, also over restarts. Ours alone. */
  version?: number;
};

/** First frame of a connection: which instance of which class answers. */
export type IdentityMessage = {
  type: typeof MessageType.CF_AGENT_IDENTITY;
  /** The instance's name. */
  name: string;
  /** The class name in kebab case. */
  agent: string;
  /** Present when a state frame follows at once. */
  stateFollows?: true;
};

/** The servers an agent is connected to by the Model Context Protocol. */
export type MCPServersState = {
  servers: Record<string, unknown>;
  tools: unknown[];
  prompts: unknown[];
  resources: unknown[];
};

/** Carries {@link MCPServersState}; sent at connect even when empty, and on each change. */
export type MCPServerMessage = {
  type: typeof MessageType.CF_AGENT_MCP_SERVERS;
  mcp: MCPServersState;
};

/** A JSON text frame from a client that is an object, already parsed. */
export type ClientFrame = Readonly<Record<string, unknown>>;

/**
 * Reads a text frame. Returns undefined for anything but a JSON object: such a text belongs to the
 * agent's own `onMessage`.
 */
export function parseFrame(text: string): ClientFrame | undefined {
  const first = text.charCodeAt(0);
  const brace = 0x7b;
  const space = 0x20;
  // A JSON object starts with "{" or white space; anything else is spared the parser.
  if (first !== brace && !(first <= space)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as ClientFrame)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a frame is a well-formed call. */
export function isCall(frame: ClientFrame): frame is RPCRequest {
  return (
    frame.type === MessageType.RPC &&
    typeof frame.id === "string" &&
    typeof frame.method === "string" &&
    Array.isArray(frame.args)
  );
}

/** Whether a frame is a state update from a client. */
export function isStateUpdate(frame: ClientFrame): frame is StateUpdateMessage {
  return frame.type === MessageType.CF_AGENT_STATE && "state" in frame;
}

/** Text of the identity frame. */
export function identityFrame(name: string, agent: string, stateFollows: boolean): string {
  const frame: IdentityMessage = { type: MessageType.CF_AGENT_IDENTITY, name, agent };
  return JSON.stringify(stateFollows ? { ...frame, stateFollows: true } : frame);
}

/**
 * Text of the state frame of one connection: at connect, on request, and after a refused change.
 * `json` is the state's JSON text.
 */
export function connectStateFrame(json: string, version: number): string {
  return `{"type":"${MessageType.CF_AGENT_STATE}","state":${json},"version":${version}}`;
}

/** Text of the state frame that tells of a change; `json` is the state's JSON text. */
export function stateFrame(json: string, version: number): string {
  return `{"state":${json},"type":"${MessageType.CF_AGENT_STATE}","version":${version}}`;
}

/** `type` of frames about patches: from a client the wish for them, to it the patches. Ours alone. */
export const STATE_PATCH_TYPE = "cf_agent_state_patch";

/** Text of the frame that turns the state `from` into the state `version`; `patch` is RFC 6902. */
export function statePatchFrame(patch: unknown, from: number, version: number): string {
  return JSON.stringify({ type: STATE_PATCH_TYPE, patch, from, version });
}

/** Text of the frame by which a client that takes patches asks for the whole state. */
export function askStateFrame(): string {
  return JSON.stringify({ type: STATE_PATCH_TYPE, enabled: true });
}

/**
 * Whether a frame asks for patches, or for whole states again with `enabled: false`. It is answered
 * with the whole state, which is also how a client that missed a patch starts anew.
 */
export function isPatchRequest(frame: ClientFrame): frame is ClientFrame & { enabled: boolean } {
  return frame.type === STATE_PATCH_TYPE && typeof frame.enabled === "boolean";
}

/** Text of the frame that refuses a client's state update. */
export function stateErrorFrame(error: string): string {
  return JSON.stringify({ type: MessageType.CF_AGENT_STATE_ERROR, error });
}

/** Text of the frame sent to every new connection while an agent has no MCP servers. */
export const EMPTY_MCP_FRAME = JSON.stringify({
  mcp: { prompts: [], resources: [], servers: {}, tools: [] },
  type: MessageType.CF_AGENT_MCP_SERVERS,
});

/** Text of an answer to a call; throws what `JSON.stringify` throws when `result` does not fit. */
export function rpcResultFrame(id: string, result: unknown, done: boolean): string {
  return JSON.stringify({ done, id, result, success: true, type: MessageType.RPC });
}

/**
 * Text of a failed answer to a call. Of what was thrown, its class and code go along; never its stack.
 */
export function rpcErrorFrame(id: string, error: string, thrown?: unknown): string {
  const frame = { error, id, success: false, type: MessageType.RPC };
  if (!(thrown instanceof Error)) return JSON.stringify(frame);
  const { code } = thrown as { code?: unknown };
  return JSON.stringify({
    ...frame,
    ...(typeof thrown.name === "string" && thrown.name !== "Error" ? { name: thrown.name } : {}),
    ...(typeof code === "string" ? { code } : {}),
  });
}

/** Text of the only frame of a connection that could not be set up. */
export function setupErrorFrame(error: string): string {
  return JSON.stringify({ error });
}
