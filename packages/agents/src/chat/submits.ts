/**
 * Requests of clients: from the frame to the end of the turn.
 *
 * @module
 */

import type { Connection } from "../connections/types.ts";
import { messageOf } from "../errors.ts";
import type { ClientFrame } from "../wire.ts";
import type { Answers } from "./answers.ts";
import { type ChatRequest, readRequest } from "./chat-request.ts";
import type { History } from "./history.ts";
import type { ChatHost } from "./host.ts";
import { type Admission, admit, mergeMessages, strategyOf } from "./policy.ts";
import type { Terminal } from "./recovery/terminal.ts";
import type { TurnLedger } from "./turn-ledger.ts";
import type { TurnRunner } from "./turn-run.ts";
import type { Turn, Turns } from "./turns.ts";
import { messagesFrame, responseFrame } from "./wire.ts";

const NOT_SAVED = "Failed to save the message.";
const IN_USE = "Invalid chat request: its id is in use by another request";

/** Parts of the room that requests work with. */
export interface SubmitPorts {
  readonly host: ChatHost;
  readonly history: History;
  readonly answers: Answers;
  readonly terminal: Terminal;
  readonly ledger: TurnLedger;
  readonly turns: Turns;
  readonly runner: TurnRunner;
}

/** A request that waits for its turn, and may be given up for a later one. */
interface Waiting {
  readonly runId: string;
  readonly epoch: number;
  isSuperseded: boolean;
  /** Ends the wait for quiet. */
  wake: () => void;
}

/** What became of a request that was stored. */
interface Acceptance {
  readonly turn: Omit<Turn, "signal">;
  readonly waiting: { readonly runId: string; readonly epoch: number };
  /** Where something known is asked anew: the ids of all messages that stay. */
  readonly kept: ReadonlySet<string> | undefined;
}

/** Why a request is refused, for observers. */
interface Refusal {
  readonly stage: "parse" | "persist";
  readonly messageIds?: readonly string[];
  readonly error?: unknown;
}

/** Takes requests. */
export class Submits {
  readonly #ports: SubmitPorts;
  /** Those that came while another turn ran or waited, and have not begun. */
  readonly #waiting = new Set<Waiting>();
  /** Ids of the connections whose requests run or wait, by the request's. */
  readonly #askedBy = new Map<string, string>();
  /** The first user message that waits to be merged with those behind it, and its epoch. */
  #mergeFrom: { readonly id: string; readonly epoch: number } | undefined;

  constructor(ports: SubmitPorts) {
    this.#ports = ports;
  }

  /** Deals with a request. Resolves when its turn has ended. */
  async receive(connection: Connection, id: string, frame: ClientFrame): Promise<void> {
    const request = readRequest(frame);
    if (typeof request === "string") {
      console.warn(`[AIChatAgent] ${request}`);
      this.#refuse(connection, id, request, { stage: "parse" });
      return;
    }
    const { answers, host, turns } = this.#ports;
    if (turns.has(id)) {
      console.warn(`[AIChatAgent] Ignored a second request with the id ${id}`);
      // From the tab that asked it is the same request, which will be answered once.
      const isAnothers = this.#askedBy.get(id) !== connection.id;
      if (isAnothers) this.#refuse(connection, id, IN_USE, { stage: "parse" });
      return;
    }
    const isOverlapping = request.trigger === "submit-message" && turns.queue.size > 0;
    const admission = admit(host.settings.messageConcurrency, isOverlapping);
    if (admission.isDropped) {
      this.#drop(connection, id, request);
      return;
    }
    answers.accept(id);
    this.#askedBy.set(id, connection.id);
    try {
      await this.#submit(connection, id, request, { ...admission, isOverlapping });
    } finally {
      answers.release(id);
      this.#askedBy.delete(id);
    }
  }

  /** Gives up those that wait for quiet. */
  reset(): void {
    for (const waiting of this.#waiting) waiting.wake();
  }

  async #submit(
    connection: Connection,
    id: string,
    request: ChatRequest,
    admission: Admission & { readonly isOverlapping: boolean },
  ): Promise<void> {
    const { answers, host, ledger, turns } = this.#ports;
    const { messageIds } = request;
    const accepted = this.#accept(connection, id, request, admission);
    const waiting = { ...accepted.waiting, isSuperseded: false, wake: () => undefined };
    const quietUntil = host.clock.now() + admission.quietMs;
    if (admission.isOverlapping) this.#waiting.add(waiting);
    try {
      const end = await turns.enqueue(id, async (signal) => {
        await this.#quiet(waiting, quietUntil - host.clock.now(), signal);
        this.#waiting.delete(waiting);
        if (waiting.isSuperseded || waiting.epoch !== turns.queue.epoch) return undefined;
        this.#merge(waiting.runId);
        if (accepted.kept) this.#takeBack(accepted.kept, request, accepted.turn.place);
        return this.#ports.runner.run({ ...accepted.turn, signal });
      });
      if (end) return;
      answers.skip(connection, id, messageIds);
      ledger.end(waiting.runId);
      ledger.release(waiting.runId);
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /** Stores what the client said, together with the turn that will answer it. */
  #accept(
    connection: Connection,
    id: string,
    { extras, messageIds, messages, replaces, trigger }: ChatRequest,
    { isOverlapping, merges, supersedes }: Admission & { readonly isOverlapping: boolean },
  ): Acceptance {
    const { history, host, ledger, runner, terminal, turns } = this.#ports;
    const { epoch } = turns.queue;
    const admission = isOverlapping
      ? strategyOf(host.settings.messageConcurrency)
      : turns.admission;
    const without = [connection.id];
    const before = new Set(history.all.map((message) => message.id));
    const by = connection.id;
    const last = messages.at(-1)?.id ?? "";
    const isEdit = trigger === "submit-message";
    const view = history.viewOf(messages, { by, asked: last, isEdit });
    const first = view.messages.find(({ id, role }) => role === "user" && !before.has(id));
    const deletes = { deleteStale: view.isWhole, replaces };
    const stored = new Set(host.session.places().map((one) => one.id));
    const isAnew = view.isWhole && view.messages.every((message) => stored.has(message.id));
    try {
      const [show, turn, isFollowed] = history.within(() => {
        const shown = history.write(view.messages, { without, by, ...deletes });
        /** Messages that the client has not shown are left behind what it asks. */
        const isLeft = replaces !== undefined && host.session.places().at(-1)?.id !== last;
        terminal.clear();
        for (const waiting of supersedes ? this.#waiting : []) {
          waiting.isSuperseded = true;
          ledger.end(waiting.runId);
        }
        if (merges) this.#rememberMerge(first?.id, epoch);
        const asked = {
          ...{ requestId: id, connection, messageIds, extras, without, trigger, admission },
          place: isLeft ? history.placeBehind(last) : history.reserve(),
          signal: new AbortController().signal,
        };
        const mergeFrom = merges ? this.#mergeFrom?.id : undefined;
        return [shown, runner.accept(asked, { mergeFrom, messages }), isLeft] as const;
      });
      show();
      if (!view.isWhole || isFollowed) host.send(connection, messagesFrame(history.all));
      for (const waiting of this.#waiting) if (waiting.isSuperseded) waiting.wake();
      const kept = isAnew ? new Set(view.messages.map((message) => message.id)) : undefined;
      return { turn, kept, waiting: { runId: turn.runId, epoch } };
    } catch (error) {
      ledger.sweep();
      this.#refuse(connection, id, NOT_SAVED, { stage: "persist", messageIds, error });
      throw error;
    }
  }

  #rememberMerge(id: string | undefined, epoch: number): void {
    if (this.#mergeFrom?.epoch === epoch && this.#waiting.size > 0) return;
    this.#mergeFrom = id === undefined ? undefined : { id, epoch };
  }

  /** Makes one message of those that waited. */
  #merge(runId: string): void {
    const { history, ledger } = this.#ports;
    const mergeFrom = ledger.read(runId)?.snapshot.mergeFrom;
    const merged = mergeFrom === undefined ? undefined : mergeMessages(history.all, mergeFrom);
    if (!merged) return;
    history.persist([merged.message], { remove: merged.merged });
  }

  /**
   * What is asked anew has taken back what stood behind it. An answer that was under way then has been
   * stored since: it goes as well.
   */
  #takeBack(kept: ReadonlySet<string>, { replaces }: ChatRequest, place: number): void {
    const { history, host } = this.#ports;
    const places = host.session.places();
    const from = places.findLastIndex(({ id }) => kept.has(id)) + 1;
    const late = places
      .slice(from)
      .filter(({ id, seq }) => seq < place && replaces?.has(id) !== false);
    if (late.length > 0) history.persist([], { remove: late.map(({ id }) => id) });
  }

  async #quiet(waiting: Waiting, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (milliseconds <= 0 || waiting.isSuperseded || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const forget = this.#ports.host.clock.after(milliseconds, resolve);
    waiting.wake = resolve;
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    forget();
  }

  /** Shows the client how the conversation stands without what it wanted to add. */
  #drop(connection: Connection, id: string, { messageIds }: ChatRequest): void {
    const { answers, history, host, runner } = this.#ports;
    const { inFlight } = runner;
    const known = history.all.filter((message) => message.id !== inFlight?.id);
    host.send(connection, messagesFrame(inFlight ? [...known, inFlight] : known));
    answers.skip(connection, id, messageIds);
  }

  #refuse(connection: Connection, id: string, body: string, why: Refusal): void {
    const { error = body, messageIds, stage } = why;
    const failed = { requestId: id, stage, messagesPersisted: false, error: messageOf(error) };
    this.#ports.host.emit("chat:request:failed", failed);
    const end = { id, body, done: true, error: true, outcome: "error", messageIds } as const;
    this.#ports.host.send(connection, responseFrame(end));
  }
}
