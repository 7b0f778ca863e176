/**
 * The chat as its tools see it.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Answers } from "./answers.ts";
import type { History } from "./history.ts";
import type { ChatHost } from "./host.ts";
import type { RequestContext } from "./request-context.ts";
import type { Continuation, ToolHost } from "./tools/host.ts";
import type { TurnRunner } from "./turn-run.ts";
import type { Turns } from "./turns.ts";
import { updatedFrame } from "./wire.ts";

/** Parts of the chat that its tools reach. */
export interface ToolPorts {
  readonly host: ChatHost;
  readonly history: History;
  readonly answers: Answers;
  readonly context: RequestContext;
  readonly turns: Turns;
  readonly runner: TurnRunner;
  /** To be called when a task shows that the agent has started. */
  noteStarted(): void;
}

/** Makes the view of the tools. */
export function toolHost(ports: ToolPorts): ToolHost {
  const { host, history, answers, context, turns, runner } = ports;
  return {
    sql: host.sql,
    clock: host.clock,
    random: host.random,
    emit: host.emit,
    tasks: host.tasks,
    settings: host.settings,
    noteStarted: () => ports.noteStarted(),
    get messages() {
      return host.messages;
    },
    get all() {
      return history.all;
    },
    get inFlight() {
      return runner.inFlight;
    },
    get extras() {
      return context.extras;
    },
    get observedTools() {
      return context.observedTools;
    },
    saveExtras: (extras) => context.save(extras),
    transaction: (body) => host.transaction(body),
    update(message: UIMessage) {
      if (runner.inFlight?.id === message.id) runner.replaceInFlight(message);
      else history.update(message);
      host.broadcast(updatedFrame(message), []);
    },
    persist: (messages) => history.persist(messages),
    continueTurn: ({ requestId, isWanted, connection, extras, begun }: Continuation) => {
      const how = { trigger: "tool-result", admission: turns.admission } as const;
      return turns.enqueue(requestId, async (signal) => {
        if (!isWanted()) return undefined;
        const place = history.reserve();
        const turn = { requestId, extras: extras(), signal, place, begun, continuation: true };
        return runner.run({ ...how, ...turn, connection: connection() });
      });
    },
    expect: (requestId, owner) => answers.accept(requestId, owner),
    release: (requestId) => answers.release(requestId),
    send: (connection, frame) => host.send(connection, frame),
    repair: (part) => host.repair(part),
    connection: (id) => host.connection(id),
    awake: (body) => host.awake(body),
    failed: (error) => host.failed(error),
  };
}
