/**
 * The answer under way, as connections see it: who gets its chunks, who gets them later, and what
 * is said of it once it has ended.
 *
 * A connection that joins while an answer streams is offered to resume it, and hears nothing of it
 * until it accepts. Then it gets every chunk so far, marked as replayed, and the rest live: each
 * chunk once. The chunks are kept in memory only, so an answer can be resumed for as long as the
 * agent lives.
 *
 * @module
 */

import type { Connection } from "../connections/types.ts";
import {
  type ChatTurnOutcome,
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
}

/** How an answer ended. */
export interface AnswerEnd {
  /** Absent when it simply completed. */
  readonly outcome?: ChatTurnOutcome | undefined;
  /** Words for people, when it failed. */
  readonly error?: string | undefined;
}

interface Answer {
  readonly requestId: string;
  readonly messageIds: readonly string[] | undefined;
  /** JSON of each chunk, in order; its index is its `seq`. */
  readonly chunks: string[];
}

/** Ended answers of which the outcome is remembered. */
const REMEMBERED = 32;

/** The answer under way and the memory of the last ones. */
export class Answers {
  readonly #ports: AnswerPorts;
  /** Offered to resume, not accepted yet. */
  readonly #offered = new Set<Connection>();
  /** Waiting for an accepted turn to begin its answer. */
  readonly #parked = new Set<Connection>();
  readonly #accepted = new Set<string>();
  readonly #ended = new Map<string, Answer & AnswerEnd>();
  #active: Answer | undefined;
  #failed: (Answer & AnswerEnd) | undefined;

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
  }

  /** A turn was accepted and has no answer yet. It supersedes the failure of an earlier one. */
  accept(requestId: string): void {
    this.#failed = undefined;
    this.#accepted.add(requestId);
  }

  /** An accepted turn is over, whether it had an answer or not. */
  release(requestId: string): void {
    this.#accepted.delete(requestId);
    if (this.#accepted.size > 0 || this.#active) return;
    this.#releaseParked();
  }

  /** The answer of a turn begins. Those who waited are offered to resume it. */
  begin(requestId: string, messageIds: readonly string[] | undefined): void {
    this.#active = { requestId, messageIds, chunks: [] };
    for (const connection of this.#parked) this.#offer(connection, requestId);
    this.#parked.clear();
  }

  /** Sends the next chunk to everyone who listens. */
  chunk(body: string): void {
    const active = this.#active;
    if (!active) return;
    const seq = active.chunks.push(body) - 1;
    this.#broadcast(responseFrame({ id: active.requestId, body, done: false, seq }));
  }

  /**
   * Ends an answer, or a turn that never had one. An error in the stream is said first and the end
   * after it; any other failure is the end itself.
   */
  end(
    requestId: string,
    messageIds: readonly string[] | undefined,
    end: AnswerEnd & { readonly inBand?: boolean } = {},
  ): void {
    const { outcome, error, inBand = false } = end;
    const chunks = this.#active?.requestId === requestId ? this.#active.chunks : [];
    const answer = { requestId, messageIds, chunks, outcome, error };
    if (this.#active?.requestId === requestId) this.#active = undefined;
    this.#remember(answer);
    this.#failed = error === undefined ? undefined : answer;
    if (error !== undefined && inBand) {
      this.#broadcast(
        responseFrame({ id: requestId, body: error, done: false, error: true, messageIds }),
      );
    }
    this.#broadcast(endFrame(answer, inBand ? undefined : error));
    this.#offered.clear();
  }

  /** Tells one connection that its request never ran. */
  skip(connection: Connection, requestId: string, messageIds: readonly string[]): void {
    const id = requestId;
    const frame = responseFrame({ id, body: "", done: true, outcome: "skipped", messageIds });
    this.#ports.send(connection, frame);
  }

  /** A connection joined: offer what there is to resume, before any other frame. */
  join(connection: Connection): void {
    if (this.#active) this.#offer(connection, this.#active.requestId);
    else this.#park(connection);
  }

  /** A connection asks whether there is something to resume. */
  probe(connection: Connection, probeId: string | undefined): void {
    const resumable = this.#active ?? this.#failed;
    if (resumable) this.#offer(connection, resumable.requestId, probeId);
    else if (!this.#park(connection, probeId)) {
      this.#ports.send(connection, resumeNoneFrame("idle", probeId));
    }
  }

  /** A connection accepts the answer of a request, under way or ended. */
  acknowledge(connection: Connection, id: string): void {
    if (this.#active && this.#active.requestId !== id) return;
    this.#offered.delete(connection);
    if (this.#active) {
      this.#replay(connection, this.#active);
      const end = { id, body: "", done: false, replay: true, replayComplete: true } as const;
      this.#ports.send(connection, responseFrame(end));
      return;
    }
    if (this.#failed?.requestId === id) {
      this.#replay(connection, this.#failed);
      this.#ports.send(connection, endFrame(this.#failed, this.#failed.error));
      return;
    }
    const ended = this.#ended.get(id);
    if (ended) this.#replay(connection, ended);
    const { outcome, messageIds } = ended ?? {};
    const end = { id, body: "", done: true, replay: true, outcome, messageIds } as const;
    this.#ports.send(connection, responseFrame(end));
  }

  /** A connection is gone. */
  leave(connection: Connection): void {
    this.#offered.delete(connection);
    this.#parked.delete(connection);
  }

  /** The history was emptied: nothing is left to resume. */
  clear(): void {
    this.#failed = undefined;
    this.#ended.clear();
    this.#offered.clear();
    this.#releaseParked();
  }

  #offer(connection: Connection, requestId: string, probeId?: string): void {
    if (this.#active) this.#offered.add(connection);
    this.#ports.send(connection, resumingFrame(requestId, probeId));
  }

  #park(connection: Connection, probeId?: string): boolean {
    const [waiting] = this.#accepted;
    if (waiting === undefined) return false;
    this.#parked.add(connection);
    this.#ports.send(connection, pendingFrame(waiting, probeId));
    return true;
  }

  #releaseParked(): void {
    for (const connection of this.#parked) this.#ports.send(connection, resumeNoneFrame());
    this.#parked.clear();
  }

  #replay(connection: Connection, { requestId, chunks }: Answer): void {
    for (const [seq, body] of chunks.entries()) {
      const frame = responseFrame({ id: requestId, body, done: false, replay: true, seq });
      this.#ports.send(connection, frame);
    }
  }

  #remember(answer: Answer & AnswerEnd): void {
    // Whoever was offered this answer and has not accepted yet missed its chunks.
    const chunks = this.#offered.size > 0 ? answer.chunks : [];
    this.#ended.set(answer.requestId, { ...answer, chunks });
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
  }

  #broadcast(frame: string): void {
    this.#ports.broadcast(
      frame,
      [...this.#offered].map((connection) => connection.id),
    );
  }
}

function endFrame(answer: Answer & AnswerEnd, error: string | undefined): string {
  const { requestId: id, outcome, messageIds } = answer;
  const failed = error === undefined ? undefined : true;
  return responseFrame({ id, body: error ?? "", done: true, error: failed, outcome, messageIds });
}
