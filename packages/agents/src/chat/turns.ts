/**
 * Turns, one at a time: who waits, who runs, who is given up, and who is told how they ended.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Connection } from "../connections/types.ts";
import type { ChatHost } from "./host.ts";
import type { RequestExtras } from "./request-context.ts";
import type { EndedTurn, TurnLedger } from "./turn-ledger.ts";
import { TurnQueue } from "./turn-queue.ts";

/** What began a turn, as observers are told. */
export type TurnTrigger =
  | "submit-message"
  | "regenerate-message"
  | "save-messages"
  | "continue-last-turn"
  | "tool-result"
  | "recovery";

/** One turn to run. */
export interface Turn {
  readonly requestId: string;
  readonly trigger: TurnTrigger;
  /** How it came to run: `immediate`, or the way in which it waited for others. */
  readonly admission: string;
  /** Who asked; undefined when the agent itself did. */
  readonly connection?: Connection | undefined;
  /** Ids of connections that are not shown the conversation at the end: they have it already. */
  readonly without?: readonly string[];
  /** The user messages the request ended with; only for requests of clients. */
  readonly messageIds?: readonly string[] | undefined;
  readonly extras: RequestExtras;
  readonly signal: AbortSignal;
  /** Place of the answer in the transcript. */
  readonly place: number;
  /** Goes on with the last answer: what is said joins that message. */
  readonly continuation?: boolean;
  /** Called in the transaction that makes the turn durable, once. */
  readonly begun?: () => void;
  /** Id of the run under which the turn was accepted; without, it is accepted when it begins. */
  readonly runId?: string;
  /** Id of the first attempt's request; default the turn's own. */
  readonly root?: string | undefined;
  /** The stream of the answer stays when the turn has ended. */
  readonly keepLog?: boolean | undefined;
}

/** How a turn ended. */
export interface TurnEnd {
  readonly status: "completed" | "error" | "aborted";
  readonly error?: string;
}

/** Parts of the room that turns work with. */
export interface TurnPorts {
  readonly host: ChatHost;
  readonly ledger: TurnLedger;
  /** Called after every turn, when what it said is stored. */
  readonly after: () => void;
  /** The message that an ended turn of an earlier life left. */
  readonly read: (id: string) => UIMessage | undefined;
}

/** An end that the agent is to be told of. */
interface Untold {
  readonly runId: string;
  readonly ended: EndedTurn;
}

/** Queues turns and tells the agent how they ended. */
export class Turns {
  readonly queue = new TurnQueue();
  readonly #ports: TurnPorts;
  readonly #controllers = new Map<string, AbortController>();
  readonly #untold: Untold[] = [];
  #telling = false;

  constructor(ports: TurnPorts) {
    this.#ports = ports;
  }

  /** How a turn that is asked for now comes to run, unless it has a way of its own. */
  get admission(): string {
    return this.queue.size > 0 ? "queue" : "immediate";
  }

  /** Whether a turn with this id runs or waits. */
  has(requestId: string): boolean {
    return this.#controllers.has(requestId);
  }

  /**
   * Runs `body` when it is its turn, with a signal that `abort` and `outer` abort. Gives undefined
   * when the turns before it were given up. Afterwards the agent is told of every turn that ended.
   */
  async enqueue<T>(
    requestId: string,
    body: (signal: AbortSignal, epoch: number) => Promise<T>,
    outer?: AbortSignal,
  ): Promise<T | undefined> {
    const controller = new AbortController();
    const signal = outer ? AbortSignal.any([controller.signal, outer]) : controller.signal;
    const { epoch } = this.queue;
    this.#controllers.set(requestId, controller);
    return this.#ports.host.awake(async () => {
      try {
        const result = await this.queue.run(epoch, () => body(signal, epoch));
        return result.ran ? result.value : undefined;
      } finally {
        for (const [id, other] of this.#controllers) {
          if (other === controller) this.#controllers.delete(id);
        }
        this.#ports.after();
        await this.tell();
      }
    });
  }

  /** Lets a turn be ended under another id as well: a recovered one has a new request. */
  alias(requestId: string, other: string): void {
    const controller = this.#controllers.get(requestId);
    if (controller) this.#controllers.set(other, controller);
  }

  /** Ends a turn that runs or waits; an unknown id is no error. */
  abort(requestId: string, reason?: unknown): void {
    this.#controllers.get(requestId)?.abort(reason);
  }

  /** Ends the turn that runs, and those that wait when their time comes. */
  abortAll(reason?: unknown): void {
    for (const controller of this.#controllers.values()) controller.abort(reason);
  }

  /** A turn has ended: the agent is told when the next one may run. */
  ended(runId: string, ended: EndedTurn): void {
    this.#untold.push({ runId, ended });
  }

  /** Tells the agent of ends that an earlier life did not come to tell of. */
  async tellLeft(): Promise<void> {
    for (const { ended, runId } of this.#ports.ledger.untold()) {
      const { messageId, ...rest } = ended;
      const message = this.#ports.read(messageId);
      const { requestId } = rest;
      const empty: UIMessage = { id: messageId, role: "assistant", parts: [] };
      this.ended(runId, { ...rest, requestId, message: message ?? empty, recovered: true });
    }
    await this.tell();
  }

  /**
   * Tells the agent of turns that have ended, one at a time. Turns that it starts while it is told
   * are told of afterwards.
   */
  async tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let next = this.#untold.shift(); next; next = this.#untold.shift()) {
        try {
          await this.#ports.host.responded(next.ended);
        } catch (error) {
          console.error("[AIChatAgent] onChatResponse threw:", error);
        }
        this.#ports.ledger.told(next.runId);
        this.#ports.ledger.release(next.runId);
      }
    } finally {
      this.#telling = false;
    }
  }
}
