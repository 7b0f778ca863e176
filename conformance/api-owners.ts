import type { Mark } from "./src/api/judge.ts";

/** One mark with the same owner for each pattern. */
function owned(owner: string, patterns: readonly string[]): Mark[] {
  return patterns.map((match) => ({ match, owner }));
}

/** One mark with the same reason for each pattern. */
function deliberate(reason: string, patterns: readonly string[]): Mark[] {
  return patterns.map((match) => ({ match, deliberate: reason }));
}

/**
 * What each difference from the published packages is. The first mark that fits counts; a
 * difference without one is a bug. A room that is built takes its marks away.
 */
export const marks: readonly Mark[] = [
  ...owned("durable rooms", [...["agent-tools"].map((name) => `entry:agents/${name}`)]),
  ...owned("mcp", [
    "entry:agents/mcp*",
    "entry:agents/x402",
    "entry:agents/experimental/webmcp",
    "export:agents#*MCP*",
    "export:agents#*Mcp*",
    "export:agents#*OAuth*",
    "export:agents#TransportType",
    "export:agents#normalizeServerId",
    "member:Agent.mcp",
    "member:Agent.*Mcp*",
    "table:*.cf_agents_mcp_servers",
  ]),
  ...owned("models", ["entry:agents/models/*"]),
  ...deliberate("made with the first run of a chat as a tool", [
    "table:MatrixChat.cf_ai_chat_agent_tool_*",
    "table:MatrixChat.idx_ai_chat_agent_tool_*",
  ]),
  ...deliberate("made when a request first has a body or tools of its own", [
    "table:MatrixChat.cf_ai_chat_request_context",
  ]),
  ...deliberate(
    "moves turns between the published package's own classes and its task rows, through callbacks that only those have; ours are taken up by `AIChatAgent` itself",
    [
      ...["AgentToolBroadcastHooks", "interceptAgentToolBroadcast", "ChatStreamStatus"],
      ...["*ChatRecoveryIncidentInput", "*ChatRecoveryIncidentResult", "ChatFiberWakeHooks"],
      ...["ChatRecoveryAdapter", "ChatRecoveryEngine", "ChatRecoveryHandoff"],
      ...["ChatRecoveryIncidentEvent", "ChatRecoverySchedule*", "ChatRecoveryTask*"],
      ...["ChatTurn*Hooks", "ChatTurnClosureEntry", "ClassifyRecoveredTurnInput"],
      ...["DispatchRecoveredTurnInput", "InvokeOnChatRecoveryInput", "PersistOrphanedPartialInput"],
      ...["ResolvedRecoveryStream", "ResumeHandshake*", "chatRecoveryTaskRunOptions"],
      ...["createChat*TaskDefinition", "dispatchChatRecoveryToHandoff"],
    ].map((name) => `export:agents/chat#${name}`),
  ),
  ...deliberate(
    "internal to the published package: named with an underscore, called by itself; the state is in rooms of ours",
    ["member:AIChatAgent._*"],
  ),
  ...deliberate(
    "a bound on calls that nobody answers, and a guard against old copies; only added",
    ["extra-member:AIChatAgent.clientToolTimeoutMs", "extra-member:AIChatAgent.clientTranscripts"],
  ),
  ...owned("satellites", [
    ...[
      "chat-sdk",
      "harness",
      "experimental",
      "browser",
      "websearch",
      "webfetch",
      "voice",
      "skills",
    ].map((name) => `entry:agents/${name}*`),
  ]),
  ...deliberate("internal to the published package: named with an underscore, called by itself", [
    "member:Agent._*",
    "member:Agent.fetchInternalHost",
  ]),
  ...deliberate("ours have a coded base class", ["extra-export:*#FreeholdError*"]),
  ...deliberate("calls end with a coded error", ["extra-export:*#AgentCallError*"]),
  ...deliberate("inherited by the published class, overridden by ours", [
    "extra-member:AgentClient.reconnect",
  ]),
  ...deliberate("each room is an entry of its own", [
    "extra-entry:@freehold/agents/retry",
    "extra-entry:@freehold/agents/connections",
    "extra-entry:@freehold/agents/rpc",
  ]),
  ...deliberate("stands for the package hono-agents", ["extra-entry:@freehold/agents/hono"]),
  ...deliberate("says where its content is now; the published one exports nothing either", [
    ...["ai-chat-agent", "ai-chat-v5-migration", "ai-react", "ai-types", "codemode/ai"].map(
      (name) => `extra-entry:@freehold/agents/${name}`,
    ),
  ]),
  ...deliberate("a type that helps to spell the published ones; only added", [
    "extra-export:@freehold/agents*#ConnectionSetStateFn",
    "extra-export:@freehold/agents*#ConnectionState",
    "extra-export:@freehold/agents*#AgentEmail",
    "extra-export:@freehold/agents*#AgentRouteMatch",
    "extra-export:@freehold/agents*#RoutingRetryEvent",
    "extra-export:@freehold/agents*#EventPayloads",
    "extra-export:@freehold/agents/react#AgentStep",
    "extra-export:@freehold/agents/react#AgentHandle",
    "extra-export:@freehold/agents/chat/react#AgentChat",
    "extra-export:@freehold/agents/routing#camelCaseToKebabCase",
  ]),
  ...deliberate("state frames also have a version, which grows with each change; only added", [
    "frame:*.cf_agent_state",
  ]),
  ...deliberate("internal to ours: named with an underscore", ["extra-member:*._*"]),
  ...deliberate("made with the first run of an agent as a tool", [
    "table:*.cf_agent_tool_runs",
    "table:*.idx_agent_tool_runs_*",
  ]),
  ...deliberate("made with the first fiber of an agent inside another", [
    "table:*.cf_agents_facet_runs",
    "table:*.idx_facet_runs_*",
  ]),
  ...deliberate("made by the runtime when a key is first stored", ["table:*._cf_KV"]),
  ...deliberate("the published class wraps these handlers at run time instead of declaring them", [
    "extra-member:*.webSocketMessage",
    "extra-member:*.webSocketClose",
    "extra-member:*.webSocketError",
  ]),
];
