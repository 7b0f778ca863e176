/**
 * The rooms of a chat, and what each has of the others.
 *
 * @module
 */

import { AnswerLog } from "./answer-log.ts";
import { Answers } from "./answers.ts";
import { History } from "./history.ts";
import type { ChatHost } from "./host.ts";
import { adoptedRecovery } from "./recovery/adopted.ts";
import { Incidents } from "./recovery/incidents.ts";
import { Progress } from "./recovery/progress.ts";
import { Recovering } from "./recovery/recovering.ts";
import { Recovery } from "./recovery/recovery.ts";
import { Terminal } from "./recovery/terminal.ts";
import { RequestContext } from "./request-context.ts";
import { ChatTask } from "./schema.ts";
import { Submits } from "./submits.ts";
import { toolHost } from "./tool-host.ts";
import { ToolRoom } from "./tools/tool-room.ts";
import { TurnLedger } from "./turn-ledger.ts";
import { TurnRunner } from "./turn-run.ts";
import { Turns } from "./turns.ts";

/** All rooms of one chat. */
export interface ChatParts {
  readonly history: History;
  readonly log: AnswerLog;
  readonly answers: Answers;
  readonly context: RequestContext;
  readonly terminal: Terminal;
  readonly recovering: Recovering;
  readonly progress: Progress;
  readonly ledger: TurnLedger;
  readonly turns: Turns;
  readonly runner: TurnRunner;
  readonly recovery: Recovery;
  readonly submits: Submits;
  readonly tools: ToolRoom;
}

/**
 * Makes the rooms of a chat.
 *
 * @param onceStarted runs something once the agent has started
 * @param note is called when a task shows that it has
 */
export function createParts(
  host: ChatHost,
  onceStarted: <T>(body: () => Promise<T>) => Promise<T>,
  note: () => void,
): ChatParts {
  const history = new History(host);
  const context = new RequestContext(host.sql);
  const terminal = new Terminal(host.kv);
  const progress = new Progress(host.sql, host.kv);
  const incidents = new Incidents(host.kv);
  const now = () => host.clock.now();
  const recovering = new Recovering({
    ...{ kv: host.kv, now },
    broadcast: (frame) => host.broadcast(frame, []),
  });
  const { random, streams } = host;
  const log = new AnswerLog({
    ...{ streams, random, progress, now },
    transaction: (body) => host.transaction(body),
  });
  const answers = new Answers({
    ...{ log, terminal },
    broadcast: (frame, without) => host.broadcast(frame, without),
    send: (connection, frame) => host.send(connection, frame),
    isOpen: (id) => host.connection(id) !== undefined,
  });
  const ledger: TurnLedger = new TurnLedger(host, {
    noteStarted: note,
    revive: (turn) => recovery.revive(turn),
  });
  const turns = new Turns({
    ...{ host, ledger },
    after: () => tools.settled(),
    read: (id) => history.read(id),
  });
  const runner = new TurnRunner({
    ...{ host, history, log, answers, terminal, context, ledger, turns },
    recovery: () => recovery,
    before: (turn) => tools.beforeTurn(turn),
    stopped: (message) => tools.stopped(message),
  });
  const recovery: Recovery = new Recovery({
    ...{ host, history, log, answers, ledger, turns, runner },
    ...{ incidents, progress, recovering, terminal, onceStarted },
    awaitsClient: (message) => tools.awaitsClient(message),
  });
  const submits = new Submits({ host, history, answers, terminal, ledger, turns, runner });
  const tools: ToolRoom = new ToolRoom(
    toolHost({ host, history, answers, context, turns, runner, noteStarted: note }),
  );
  host.tasks.register(ChatTask.RECOVERY, adoptedRecovery({ ledger, recovery, note }));
  return {
    ...{ history, log, answers, context, terminal, recovering, progress },
    ...{ ledger, turns, runner, recovery, submits, tools },
  };
}
