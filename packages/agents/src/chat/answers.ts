/**
 * The answer under way, as connections see it: who gets its chunks, who gets them later, and what
 * is said of it once it has ended.
 *
 * A connection that joins while an answer streams is offered to resume it, and hears nothing of it
 * until it accepts. Then it gets every chunk so far, marked as replayed, and the rest live: each
 * chunk once. Chunks are stored before they are sent, so an answer that its process left can be
 * resumed as far as anybody has seen it.
 *
 * @module
 */

import type { Connection } from "../connections/types.ts";
import type { AnswerLog, LoggedAnswer } from "./answer-log.ts";
import type { Terminal, TerminalRecord } from "./recovery/terminal.ts";
import {
  type ChatTurnOutcome,
  chunkFrames,
  pendingFrame,
  responseFrame,
  resumeNoneFrame,
  resumingFrame,
} from "./wire.ts";

/** How answers reach connections. */
export interface AnswerPorts {
  /** Sends to every connection except those with an id in `without`. */
  broadcast(frame: string, without: string[]): void;
  /** Sends to one; a closed one is no error. */
  send(connection: Connection, frame: string): void;
  /** Whether the connection with an id is open. */
  isOpen(id: string): boolean;
  readonly log: AnswerLog;
  /** The error that the last turn ended with. */
  readonly terminal: Terminal;
}

/** How an answer ended. */
export interface AnswerEnd {
  /** Absent when it simply completed. */
  readonly outcome?: ChatTurnOutcome | undefined;
  /** Words for people, when it failed. */
  readonly error?: string | undefined;
}

/** An answer that begins. */
export type NewAnswer = Omit<LoggedAnswer, "streamId" | "seqBase" | "checkpoint">;

/** What is remembered of an answer that has ended. */
interface Ended extends AnswerEnd {
  readonly requestId: string;
  readonly messageIds: readonly string[] | undefined;
  readonly continuation: boolean;
  /** Texts of its chunks, for those who had not accepted it when it ended. */
  readonly texts: readonly string[];
}

/** A turn that was accepted. */
interface Accepted {
  /** The one connection it concerns; undefined for all. */
  readonly owner: Connection | undefined;
  /** Those that its answer is offered to when it begins, and that no other answer concerns. */
  readonly awaiting: Set<Connection>;
}

/** Ended answers of which the outcome is remembered. */
const REMEMBERED = 32;

/** The answer under way and the memory of the last ones. */
export class Answers {
  readonly #ports: AnswerPorts;
  /** Offered to resume, not accepted yet. */
  readonly #offered = new Set<Connection>();
  /** Waiting for an accepted turn, whichever is next, to begin its answer. */
  readonly #parked = new Set<Connection>();
  /** Accepted turns by id. */
  readonly #accepted = new Map<string, Accepted>();
  readonly #ended = new Map<string, Ended>();
  /** The one connection that is offered to resume the active answer; undefined for all. */
  #owner: Connection | undefined;
  #frame = chunkFrames("", false);

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
  }

  /**
   * A turn was accepted and has no answer yet. One that goes on for an `owner` is offered to it when
   * it begins, asked for or not.
   */
  accept(requestId: string, owner?: Connection): void {
    const awaiting = this.#accepted.get(requestId)?.awaiting ?? new Set();
    if (owner) awaiting.add(owner);
    this.#accepted.set(requestId, { owner, awaiting });
  }

  /** An accepted turn is over, whether it had an answer or not. */
  release(requestId: string): void {
    const awaiting = this.#accepted.get(requestId)?.awaiting ?? [];
    this.#accepted.delete(requestId);
    for (const connection of awaiting) {
      if (!this.#parked.has(connection)) this.#ports.send(connection, resumeNoneFrame());
    }
    if (this.#accepted.size > 0 || this.#ports.log.isLive) return;
    this.#releaseParked();
  }

  /** The answer of a turn begins. Those who wait, for it or an earlier one, are offered to resume. */
  begin(answer: NewAnswer): void {
    const { continuation, requestId } = answer;
    this.#ports.log.begin(answer);
    const { awaiting = new Set<Connection>(), owner } = this.#accepted.get(requestId) ?? {};
    this.#owner = continuation ? owner : undefined;
    this.#frame = chunkFrames(requestId, continuation);
    for (const connection of new Set([...this.#parked, ...awaiting, ...this.#offered])) {
      this.#offer(connection, requestId);
    }
    this.#parked.clear();
    awaiting.clear();
  }

  /** Stores the next chunks, each as the JSON of its text, then sends them to all who listen. */
  chunks(texts: readonly string[]): void {
    const from = this.#ports.log.append(texts);
    const without = this.#waiting();
    for (const [index, text] of texts.entries()) {
      this.#ports.broadcast(this.#frame(text, from + index), without);
    }
  }

  /**
   * An answer is about to be stored as a message, and its stream to go: for those who were offered
   * it and have not accepted, it is remembered. To be called before its end.
   */
  closing(requestId: string): readonly string[] {
    const { active } = this.#ports.log;
    if (active?.requestId !== requestId || this.#offered.size === 0) return [];
    return [...this.#ports.log.texts(active)];
  }

  /**
   * Ends an answer, or a turn that never had one. An error in the stream is said first and the end
   * after it; any other failure is the end itself.
   */
  end(
    of: Pick<NewAnswer, "requestId" | "messageIds" | "continuation">,
    end: AnswerEnd & { readonly inBand?: boolean; readonly texts?: readonly string[] } = {},
  ): void {
    const { outcome, error, inBand = false, texts = [] } = end;
    const ended = { ...of, outcome, error, texts };
    this.#remember(ended);
    // The end is for everyone, also for those who have not accepted yet.
    this.#offered.clear();
    if (error !== undefined && inBand) {
      const { messageIds, requestId: id } = of;
      const shared = { id, continuation: of.continuation || undefined, messageIds };
      this.#broadcast(responseFrame({ ...shared, body: error, done: false, error: true }));
    }
    this.#broadcast(endFrame(ended, inBand ? undefined : error));
  }

  /** Tells one connection that its request never ran. */
  skip(connection: Connection, requestId: string, messageIds: readonly string[]): void {
    const id = requestId;
    const frame = responseFrame({ id, body: "", done: true, outcome: "skipped", messageIds });
    this.#ports.send(connection, frame);
  }

  /** A connection joined: offer what there is to resume. Says whether there was anything. */
  join(connection: Connection): boolean {
    const { active } = this.#ports.log;
    if (!active) return this.#park(connection);
    this.#offer(connection, active.requestId);
    return true;
  }

  /** A connection asks whether there is something to resume. */
  probe(connection: Connection, probeId: string | undefined): void {
    const { log, terminal } = this.#ports;
    const failed = log.active ? undefined : terminal.get();
    if (log.active && this.#isOthers(connection)) {
      this.#ports.send(connection, resumeNoneFrame("continuation-owned", probeId));
    } else if (log.active) this.#offer(connection, log.active.requestId, probeId);
    else if (failed) this.#ports.send(connection, resumingFrame(failed.requestId, probeId));
    else if (!this.#park(connection, probeId)) {
      this.#ports.send(connection, resumeNoneFrame("idle", probeId));
    }
  }

  /**
   * A connection accepts the answer of a request, under way or ended. While another one is under way
   * it hears no more than how an ended one ended; one that waits for its turn will be heard live.
   */
  acknowledge(connection: Connection, id: string): void {
    const { log, terminal } = this.#ports;
    const { active } = log;
    const hasEnded = this.#ended.has(id);
    if (active && active.requestId !== id) {
      if (hasEnded) this.#replayEnded(connection, id);
      return;
    }
    this.#offered.delete(connection);
    if (!active && !hasEnded && this.#accepted.has(id)) return;
    if (active) {
      this.#replay(connection, active, log.texts(active));
      // Without its producer the answer ends here for now: a recovery goes on under another id.
      const { continuation, messageIds } = active;
      const goesOn = { continuation: continuation || undefined };
      const frame = log.isLive
        ? responseFrame({
            id,
            body: "",
            done: false,
            replay: true,
            replayComplete: true,
            ...goesOn,
          })
        : endFrame(
            { requestId: id, continuation, messageIds, outcome: "recovering" },
            undefined,
            true,
          );
      this.#ports.send(connection, frame);
      return;
    }
    const failed = terminal.get();
    if (failed?.requestId === id) this.#replayFailed(connection, failed);
    else this.#replayEnded(connection, id);
  }

  /** A connection is gone. */
  leave(connection: Connection): void {
    this.#offered.delete(connection);
    this.#parked.delete(connection);
    for (const { awaiting } of this.#accepted.values()) awaiting.delete(connection);
  }

  /** The history was emptied: nothing is left to resume. */
  clear(): void {
    this.#ended.clear();
    this.#offered.clear();
    this.#releaseParked();
  }

  #offer(connection: Connection, requestId: string, probeId?: string): void {
    this.#offered.add(connection);
    this.#ports.send(connection, resumingFrame(requestId, probeId));
  }

  /** Whether the active answer goes on for another connection, which is still there to hear it. */
  #isOthers(connection: Connection): boolean {
    const owner = this.#owner;
    return owner !== undefined && owner.id !== connection.id && this.#ports.isOpen(owner.id);
  }

  #park(connection: Connection, probeId?: string): boolean {
    const accepted = [...this.#accepted];
    const own = accepted.find(([, { owner }]) => owner?.id === connection.id);
    const [requestId, turn] = own ?? accepted.find(([, { owner }]) => !owner) ?? [];
    if (requestId === undefined) return false;
    if (own) turn?.awaiting.add(connection);
    else this.#parked.add(connection);
    this.#ports.send(connection, pendingFrame(requestId, probeId));
    return true;
  }

  #releaseParked(): void {
    for (const connection of this.#parked) this.#ports.send(connection, resumeNoneFrame());
    this.#parked.clear();
  }

  #replayFailed(connection: Connection, { body, messageIds, requestId }: TerminalRecord): void {
    const { log } = this.#ports;
    const stored = log.find(requestId, "errored");
    if (stored) this.#replay(connection, stored, log.texts(stored));
    const end = { id: requestId, body, done: true, error: true, messageIds } as const;
    this.#ports.send(connection, responseFrame(end));
  }

  #replayEnded(connection: Connection, id: string): void {
    const { log } = this.#ports;
    const ended = this.#ended.get(id);
    const stored = ended ? undefined : log.find(id, "completed");
    if (stored) this.#replay(connection, stored, log.texts(stored));
    if (ended) this.#replay(connection, { ...ended, seqBase: 0 }, ended.texts);
    const { continuation = false, messageIds = stored?.messageIds, outcome } = ended ?? {};
    const end = { requestId: id, continuation, messageIds, outcome };
    this.#ports.send(connection, endFrame(end, undefined, true));
  }

  #replay(
    connection: Connection,
    {
      continuation,
      requestId,
      seqBase,
    }: Pick<LoggedAnswer, "requestId" | "continuation" | "seqBase">,
    texts: Iterable<string>,
  ): void {
    let seq = seqBase;
    const more = { continuation: continuation || undefined, replay: true } as const;
    for (const body of texts) {
      const frame = responseFrame({ id: requestId, body, done: false, ...more, seq: seq++ });
      this.#ports.send(connection, frame);
    }
  }

  #remember(ended: Ended): void {
    this.#ended.set(ended.requestId, ended);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
  }

  #waiting(): string[] {
    return this.#offered.size === 0 ? [] : [...this.#offered].map(({ id }) => id);
  }

  #broadcast(frame: string): void {
    this.#ports.broadcast(frame, this.#waiting());
  }
}

function endFrame(
  { continuation, messageIds, outcome, requestId }: Omit<Ended, "texts">,
  error: string | undefined,
  isReplay = false,
): string {
  return responseFrame({
    ...{ id: requestId, body: error ?? "", done: true, outcome, messageIds },
    continuation: continuation || undefined,
    replay: isReplay || undefined,
    error: error === undefined ? undefined : true,
  });
}
