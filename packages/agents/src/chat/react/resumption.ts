/**
 * What follows from broken connections: answers under way are taken up, what was said meanwhile is
 * fetched, and requests that never arrived fail.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { type ClientFrame, stringIn } from "../transport/frames.ts";
import { CLOSED_MID_STREAM } from "../transport/request-stream.ts";
import { ResumeQuestion } from "../transport/resume-question.ts";
import { ChatMessageType, resumeAckFrame } from "../wire.ts";
import type { SessionOwner } from "./session-types.ts";
import type { TurnEnds } from "./turn-ends.ts";
import type { TurnsUnderWay } from "./turns-under-way.ts";

/** How often the stored messages are asked for when the conversation goes on meanwhile, or it fails. */
const FETCH_ATTEMPTS = 3;
/** Milliseconds before the second attempt after a failure, twice as many before the third. */
const FETCH_DELAY_MS = 300;

/** Why a message did not arrive. */
const NOT_RECEIVED = "The connection was lost before the agent received the message";

/** What resuming needs of its session. */
export interface ResumptionHost<M extends UIMessage> {
  readonly owner: SessionOwner<M>;
  /** Grows with every change of the transcript that is heard of. */
  readonly version: number;
  /** Whether the agent is to go on after a tool of this tab. */
  expectsContinuation: boolean;
  /** Messages that did not arrive: they are shown until they are sent again. */
  readonly undelivered: Set<string>;
  send(data: string): void;
  showStored(stored: readonly M[]): void;
  publish(): void;
}

interface Fetched<M extends UIMessage> {
  readonly stored: M[] | null;
  readonly isCurrent: boolean;
}

/** See the module's note. */
export class Resumption<M extends UIMessage> {
  readonly #turns: TurnsUnderWay<M>;
  readonly #ends: TurnEnds;
  readonly #host: ResumptionHost<M>;
  readonly #question = new ResumeQuestion((data) => this.#host.send(data));
  /** Requests that were on their way when the connection broke, and of which nothing is known yet. */
  readonly #lost = new Set<string>();
  /** The turn that the server says to wait for. */
  #awaited: string | undefined;
  #isCut = false;
  /** Connections so far. */
  #opened = 0;
  #mayHaveMissed: boolean;

  constructor(
    turns: TurnsUnderWay<M>,
    ends: TurnEnds,
    host: ResumptionHost<M>,
    mayHaveMissed: boolean,
  ) {
    this.#turns = turns;
    this.#ends = ends;
    this.#host = host;
    this.#mayHaveMissed = mayHaveMissed;
  }

  /** Asks whether there is something to take up, unless that is asked already. */
  ask(onAnswer?: () => void): void {
    if (this.#question.isOpen) {
      onAnswer?.();
      return;
    }
    this.#awaited = undefined;
    this.#question.ask((answer) => {
      if (answer.type === "accept") this.#accept(answer.id);
      else this.#foundNothing();
      onAnswer?.();
    });
  }

  /** After a tool's result, when nothing else is under way. */
  askForContinuation(): void {
    if (this.#host.expectsContinuation && !this.#turns.state.isBusy) this.ask();
  }

  /** Takes a frame; returns whether it was an answer. */
  hear(frame: ClientFrame): boolean {
    if (frame.type === ChatMessageType.CF_AGENT_STREAM_PENDING) {
      this.#awaited = stringIn(frame, "id");
    }
    return this.#question.hear(frame);
  }

  /** The turn that is waited for, while it is. */
  get awaited(): string | undefined {
    return this.#question.isOpen ? this.#awaited : undefined;
  }

  /** The server offers a stream; where a question is open, its answer counts. */
  offered(id: string): void {
    if (!this.#question.isOpen) this.#accept(id);
  }

  cancel(): void {
    this.#question.cancel();
  }

  /** A connection is listened to: what is asked now goes out when it opens. */
  attached(): void {
    if (this.#isCut) this.opened();
    else if (this.#host.owner.resume) this.ask();
  }

  /** The connection broke, or another takes its place. */
  closed(): void {
    this.#isCut = true;
    for (const id of this.#turns.cut()) this.#lost.add(id);
    this.#host.publish();
  }

  /** A connection opened. */
  opened(): void {
    if (!this.#isCut) return;
    this.#isCut = false;
    this.#opened++;
    this.#mayHaveMissed = true;
    if (!this.#host.owner.resume) this.#turns.dropWatched();
    else if (!this.#question.repeat()) this.ask();
    this.#host.publish();
  }

  /** A turn ended: a server that was busy with it may now say what became of this tab's requests. */
  turnEnded(): void {
    const isWaiting = [...this.#lost].some((id) => this.#turns.readerOf(id) === "own");
    if (!isWaiting || this.#isCut) return;
    this.#mayHaveMissed = true;
    this.ask();
  }

  /** Shows what was said while this tab did not listen. */
  async catchUp(): Promise<void> {
    const { isCurrent, stored } = await this.#fetch();
    if (stored && isCurrent) this.#host.showStored(stored);
  }

  #foundNothing(): void {
    this.#host.expectsContinuation = false;
    if (this.#mayHaveMissed) void this.#missed();
    this.#host.publish();
  }

  #accept(id: string): void {
    const isKnown = this.#turns.readerOf(id) !== undefined || this.#ends.has(id);
    if (!isKnown && !this.#host.owner.resume) return;
    if (!isKnown) this.#turns.accept(id);
    const accept = () => this.#host.send(resumeAckFrame(id));
    const missed = this.#mayHaveMissed ? this.#missed(id) : undefined;
    if (isKnown || !missed) accept();
    else void missed.then(accept);
  }

  /** What was under way when the connection broke is over, but for what the server offers. */
  async #missed(offered?: string): Promise<void> {
    this.#mayHaveMissed = false;
    const isOver = (id: string) => id !== offered && this.#turns.readerOf(id) === "own";
    const lost = [...this.#lost].filter(isOver);
    this.#lost.clear();
    this.#turns.dropWatched(offered);
    const opened = this.#opened;
    const { isCurrent, stored } = await this.#fetch(lost.length > 0);
    // The connection broke once more, and the fetch with it: the next one asks for all of them.
    if (!stored && (this.#isCut || opened !== this.#opened)) return;
    const known = new Set(stored?.map(({ id }) => id));
    const failure = stored ? NOT_RECEIVED : CLOSED_MID_STREAM;
    for (const requestId of lost) {
      const messageIds = this.#turns.messagesOf(requestId);
      const missing = messageIds.filter((id) => !known.has(id));
      const arrived = missing.length === 0;
      // The server tells how a request ended to whoever accepts its stream.
      if (arrived) this.#host.send(resumeAckFrame(requestId));
      else {
        for (const id of missing) this.#host.undelivered.add(id);
        this.#turns.fail(requestId, new Error(failure));
      }
      // The published server says nothing of another request while it answers one.
      if (arrived && offered !== undefined) this.#lost.add(requestId);
    }
    if (stored && isCurrent) this.#host.showStored(stored);
    this.#host.publish();
  }

  /**
   * The stored messages; `null` when they cannot be had. `isCurrent`: nothing was heard of the
   * transcript meanwhile.
   */
  async #fetch(isPatient = false): Promise<Fetched<M>> {
    for (let attempt = 1; ; attempt++) {
      const { version } = this.#host;
      const stored = await this.#host.owner.refetch();
      const isCurrent = version === this.#host.version;
      const isLast = attempt === FETCH_ATTEMPTS || this.#isCut;
      if (stored ? isCurrent || isLast : isLast || !isPatient) return { stored, isCurrent };
      if (!stored) await new Promise((resolve) => setTimeout(resolve, FETCH_DELAY_MS * attempt));
    }
  }
}
