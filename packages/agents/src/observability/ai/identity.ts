import { agentContext } from "../../context.ts";
import { type Fields, fields, scalar, text } from "./read.ts";
import type { SpanAttributes } from "./span.ts";

/** Who calls, as the spans of an operation say it. */
export interface Identity {
  /** The agent's name: a class or role, not an instance. */
  readonly agent: string | undefined;
  readonly attributes: SpanAttributes;
}

/** Keys that have an attribute of their own. */
const IDENTITY: Readonly<Record<string, string>> = {
  agentId: "gen_ai.agent.id",
  agentVersion: "gen_ai.agent.version",
  conversationId: "gen_ai.conversation.id",
  "user.id": "user.id",
};

const TURN: Readonly<Record<string, string>> = {
  requestId: "request_id",
  trigger: "trigger",
  admission: "admission",
  channel: "channel",
  continuation: "continuation",
  generation: "generation",
};

/**
 * Reads who calls from a call's options: `telemetry` and `runtimeContext` in version 7,
 * `experimental_telemetry.metadata` in version 6. What they leave open is filled from the agent
 * whose code is running.
 */
export function identityOf(call: Fields, contextKeys: readonly string[]): Identity {
  const telemetry = fields(call.telemetry ?? call.experimental_telemetry);
  const metadata = { ...includedContext(call, telemetry), ...fields(telemetry.metadata) };
  const running = runningAgent();
  const agent = text(metadata.agentName) ?? text(telemetry.functionId) ?? running.agent;
  const told = Object.entries(metadata)
    .filter(([key]) => key !== "agentName")
    .map(([key, value]) => [attributeOf(key), scalar(value)]);
  const attributes: SpanAttributes = {
    ...running.attributes,
    "gen_ai.agent.name": agent,
    ...Object.fromEntries(told),
    ...runtimeContext(call, contextKeys),
  };
  return { agent, attributes };
}

function attributeOf(key: string): string {
  const turn = TURN[key];
  return (
    IDENTITY[key] ??
    (turn === undefined ? `cloudflare.agents.metadata.${key}` : `cloudflare.agents.turn.${turn}`)
  );
}

/** What version 7 includes by its map of booleans. */
function includedContext(call: Fields, telemetry: Fields): Fields {
  const context = fields(call.runtimeContext);
  const included = Object.entries(fields(telemetry.includeRuntimeContext))
    .filter(([, include]) => include === true)
    .map(([key]) => [key, context[key]]);
  return Object.fromEntries(included);
}

function runtimeContext(call: Fields, keys: readonly string[]): SpanAttributes {
  const context = fields(call.runtimeContext ?? call.experimental_context);
  return Object.fromEntries(
    keys.map((key) => [`cloudflare.agents.runtime_context.${key}`, scalar(context[key])]),
  );
}

function runningAgent(): Identity {
  const agent = agentContext.getStore()?.agent;
  if (typeof agent !== "object" || agent === null) return { agent: undefined, attributes: {} };
  const id: unknown = Reflect.get(fields(Reflect.get(agent, "ctx")), "id");
  return {
    agent: agent.constructor.name,
    attributes: {
      "gen_ai.agent.id": text(fields(id).name),
      "gen_ai.conversation.id": id === undefined ? undefined : String(id),
    },
  };
}
