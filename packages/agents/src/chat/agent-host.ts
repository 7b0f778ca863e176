/**
 * A chat agent, as its chat sees it.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Agent } from "../agent.ts";
import { systemClock } from "../clock.ts";
import { sendQuietly } from "../connections/connections.ts";
import type { Connection } from "../connections/types.ts";
import { agentContext, contextOf } from "../context.ts";
import { withinFiber } from "../fibers/current.ts";
import type { Emit } from "../observability/events.ts";
import { systemRandom } from "../random.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { sqlRunner } from "../storage/sql.ts";
import type { Streams } from "../streams/streams.ts";
import type { ChatHost, ChatScope, ChatSettings } from "./host.ts";

/** What of a chat agent its chat calls. Protected members come as functions. */
export interface ChatAgentParts {
  readonly agent: Agent & { messages: UIMessage[] } & ChatSettings;
  readonly storage: DurableObjectStorage;
  readonly sessions: Sessions;
  readonly streams: Streams;
  readonly hooks: Pick<
    ChatHost,
    "reply" | "sanitize" | "repair" | "responded" | "recovering" | "toolsReady"
  >;
  /** Sees each frame for everyone before it is sent; true keeps it from being sent. */
  readonly withholds: (frame: string) => boolean;
  readonly emit: Emit;
}

/** Makes the view. */
export function chatHost(parts: ChatAgentParts): ChatHost {
  const { agent, hooks, sessions, storage, streams } = parts;
  return {
    sql: sqlRunner(storage.sql),
    kv: storage.kv,
    session: sessions.session().__DO_NOT_USE_WILL_BREAK__sync(),
    mirror: (options) => sessions.session().mirror(options),
    streams: streams.__DO_NOT_USE_WILL_BREAK__sync(),
    tasks: agent.tasks,
    transaction: (body) => storage.transactionSync(body),
    clock: systemClock,
    random: systemRandom,
    settings: agent,
    get messages() {
      return agent.messages;
    },
    set messages(messages) {
      agent.messages = messages;
    },
    broadcast: (frame, without) => {
      if (!parts.withholds(frame)) agent.broadcast(frame, without);
    },
    send: (connection, frame) => void sendQuietly(connection, frame),
    connection: (id) => agent.getConnection(id),
    isReadonly: (connection) => agent.isConnectionReadonly(connection),
    isStarted: () => agent.lifecycle.isStarted(),
    awake: (body) => agent.keepAliveWhile(body),
    synced: () => storage.sync(),
    within: (scope, body) => within(agent, scope, body),
    ...hooks,
    failed: (error) => showError(agent, error),
    emit: parts.emit,
  };
}

/** Runs code of the agent's for a connection, so that `getCurrentAgent()` and `stash()` know. */
function within<T>(agent: Agent, { connection, fiber }: ChatScope, body: () => T): T {
  const working: { connection?: Connection } = connection ? { connection } : {};
  const inAgent = () => agentContext.run(contextOf(agent, working), body);
  return fiber ? withinFiber(fiber, inAgent) : inAgent();
}

/** The default `onError` logs and throws; here nobody is left to catch. */
async function showError(agent: Agent, error: unknown): Promise<void> {
  try {
    await agent.onError(error);
  } catch (thrown) {
    if (thrown !== error) console.error("[AIChatAgent] onError threw:", thrown);
  }
}
