/**
 * Brings turns that were interrupted to their end: a turn of an earlier life of the agent, and one
 * whose stream broke. However often that happens, each turn ends once: completed, failed or
 * cancelled.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { messageOf } from "../../errors.ts";
import { isPlatformTransientError } from "../../retry/platform.ts";
import type { AnswerLog, LoggedAnswer } from "../answer-log.ts";
import type { Answers } from "../answers.ts";
import { isChatStreamStall } from "../contract-errors.ts";
import type { History } from "../history.ts";
import type { ChatHost } from "../host.ts";
import type { LeftTurn, TurnLedger } from "../turn-ledger.ts";
import type { AcceptedTurn, TurnRunner } from "../turn-run.ts";
import type { Turn, Turns } from "../turns.ts";
import { chatRecoveryBackoffSeconds } from "./config.ts";
import { type ChatRecoveryIncident, incidentIdOf, withAttempt } from "./incident.ts";
import type { Incidents } from "./incidents.ts";
import { type Found, Judge } from "./judge.ts";
import { hasContent, type Partial, partialOf } from "./partial.ts";
import type { Progress } from "./progress.ts";
import type { Recovering } from "./recovering.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import type { StoredTurn, TurnSnapshot } from "./snapshot.ts";
import type { Terminal } from "./terminal.ts";

/** Parts of the room that recovery works with. */
export interface RecoveryPorts {
  readonly host: ChatHost;
  readonly history: History;
  readonly log: AnswerLog;
  readonly answers: Answers;
  readonly ledger: TurnLedger;
  readonly turns: Turns;
  readonly runner: TurnRunner;
  readonly incidents: Incidents;
  readonly progress: Progress;
  readonly recovering: Recovering;
  readonly terminal: Terminal;
  /** Whether a message, or the conversation, waits for a client. */
  awaitsClient(message: UIMessage): boolean;
  /** Runs `body` once the agent has started: at once, or in the very call that shows it. */
  onceStarted<T>(body: () => Promise<T>): Promise<T>;
}

/** Recovers turns. */
export class Recovery {
  readonly #ports: RecoveryPorts;
  readonly #judge: Judge;
  /** Names this life of the agent. */
  readonly #isolate: string;

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
    this.#judge = new Judge(ports);
    this.#isolate = ports.host.random.id();
  }

  /** Takes a turn up that an earlier life left, or that was put off. Resolves at its end. */
  async revive({ runId, snapshot }: LeftTurn): Promise<void> {
    const { answers, ledger, turns } = this.#ports;
    const { recoveryRootRequestId: root, requestId } = snapshot;
    ledger.hold(runId);
    answers.accept(requestId);
    try {
      const ran = await this.#ports.onceStarted(() => {
        const running = turns.enqueue(requestId, async (signal) => {
          await this.#attempt(runId, signal);
          return true;
        });
        turns.alias(requestId, root);
        return running;
      });
      const given = ran ? undefined : ledger.read(runId);
      if (given) this.#giveUp(this.#found(runId, given, undefined, undefined), "turns_reset");
    } catch (error) {
      const incident = this.#judge.incidentOf(snapshot);
      if (incident) this.#judge.emit("failed", { ...incident, reason: messageOf(error) });
      await this.#ports.host.failed(error);
    } finally {
      answers.release(requestId);
      ledger.release(runId);
    }
  }

  /** A turn that is put off, or each of them, is cancelled: it ends now. False when there is none. */
  cancel(requestId?: string): boolean {
    const { history, host, ledger, log, turns } = this.#ports;
    const waiting = ledger.left().filter(({ snapshot }) => {
      const ids = [undefined, snapshot.requestId, snapshot.recoveryRootRequestId];
      return ids.includes(requestId);
    });
    for (const { runId, ...stored } of waiting) {
      const answer = log.find(stored.snapshot.requestId, "streaming");
      const partial = answer && partialOf(log, answer, (id) => history.read(id));
      this.#giveUp(this.#found(runId, stored, answer, partial), "user_cancelled");
      host.tasks.cancel(runId, "user_cancelled").catch(host.failed);
    }
    if (waiting.length > 0) turns.tell().catch(host.failed);
    return waiting.length > 0;
  }

  /** The turn is over: what is known of its interruptions goes, in the caller's transaction. */
  forget({ root, runId }: Turn): void {
    const { incidents, ledger } = this.#ports;
    const snapshot = runId === undefined ? undefined : ledger.read(runId)?.snapshot;
    if (!snapshot || root === undefined) return;
    const id = incidentIdOf(root, snapshot.latestUserMessageId);
    const incident = incidents.get(id);
    if (!incident) return;
    incidents.delete(id);
    this.#judge.emit("completed", incident);
  }

  /** The turn is over, and clients have heard so. */
  over({ root }: Turn): void {
    if (root !== undefined) this.#ports.recovering.clear();
  }

  /**
   * The stream of a turn that runs broke. `"later"` when it goes on at another time; words for
   * people when it was tried too often; undefined when the failure is its end.
   */
  async putOff(
    turn: AcceptedTurn,
    message: UIMessage,
    thrown: unknown,
  ): Promise<string | undefined> {
    const isStall = isChatStreamStall(thrown);
    if (!isStall && !isPlatformTransientError(thrown)) return undefined;
    const { host, ledger, log } = this.#ports;
    const stored = ledger.read(turn.runId);
    if (!stored) return undefined;
    if (isStall) {
      const timeoutMs = host.settings.chatStreamStallTimeoutMs;
      host.emit("chat:stream:stalled", { requestId: turn.requestId, timeoutMs });
    }
    const answer = log.active;
    const built = answer && partialOf(log, answer, (id) => this.#ports.history.read(id));
    const partial = built && { ...built, message };
    const found = this.#found(turn.runId, stored, answer, partial);
    const [incident, reason] = await this.#judge.consider(found, { kind: "stalled" });
    if (reason !== undefined) {
      await this.#judge.exhausted(found, incident, reason);
      return this.#judge.config.terminalMessage;
    }
    const options = await this.#judge.decide(found, incident);
    if (options.continue === false) return undefined;
    const kept = this.#kept(found, options.persist);
    const seconds = isStall
      ? 0
      : chatRecoveryBackoffSeconds(incident.transientRetries ?? 1, retryAfterSeconds(thrown));
    this.#putOff(turn, found, incident, kept, host.clock.now() + seconds * 1000);
    return "later";
  }

  /** Taking turns up has used up the memory again and again: those that no task has are given up. */
  async seal(): Promise<void> {
    const { history, host, ledger, log } = this.#ports;
    for (const { runId, snapshot, user } of ledger.left()) {
      if ((await host.tasks.get(runId)) !== null) continue;
      const answer = log.find(snapshot.requestId, "streaming");
      const partial = answer && partialOf(log, answer, (id) => history.read(id));
      const found = this.#found(runId, { snapshot, user }, answer, partial);
      const attempt = { isolate: this.#isolate, token: runId };
      const [incident] = await this.#judge.consider(found, { kind: "interrupted", attempt });
      await this.#exhaust(found, incident, "out_of_memory");
    }
  }

  /** Forgets interruptions: the conversation was emptied. */
  clear(): void {
    const { incidents, recovering } = this.#ports;
    incidents.clear();
    recovering.clear();
  }

  async #attempt(runId: string, signal: AbortSignal): Promise<void> {
    const { history, ledger, log, progress } = this.#ports;
    const stored = ledger.read(runId);
    if (!stored) return;
    const { snapshot } = stored;
    const answer = log.find(snapshot.requestId, "streaming");
    const partial = answer && partialOf(log, answer, (id) => history.read(id));
    if (partial) progress.found(partial.streamId, partial.chunks);
    const found = this.#found(runId, stored, answer, partial);
    if (snapshot.cancelled || signal.aborted) return this.#giveUp(found, "user_cancelled");
    if (snapshot.notBefore !== undefined) return this.#again(found, undefined, signal);
    const attempt = { isolate: this.#isolate, token: runId };
    const [incident, reason] = await this.#judge.consider(found, { kind: "interrupted", attempt });
    if (reason !== undefined) return this.#exhaust(found, incident, reason);
    if (found.kind === "retry" && !this.#isAsked(snapshot)) {
      return this.#giveUp(found, "no_unanswered_user_message");
    }
    const options = await this.#judge.decide(found, incident);
    const kept = this.#kept(found, options.persist);
    if (options.continue === false) return this.#giveUp(found, "continue_disabled", kept);
    if (kept && this.#ports.awaitsClient(kept)) return this.#park(found, incident, kept);
    // Without what was said there is nothing to go on with but the question.
    const kind = kept || snapshot.continuation ? "continue" : "retry";
    await this.#again({ ...found, kind }, kept, signal, incident);
  }

  #found(
    runId: string,
    stored: StoredTurn,
    answer: LoggedAnswer | undefined,
    partial: Partial | undefined,
  ): Found {
    const isRetry = !stored.snapshot.continuation && !(partial && hasContent(partial));
    return { ...stored, runId, answer, partial, kind: isRetry ? "retry" : "continue" };
  }

  /** What is stored of the partial answer: nothing when it says nothing, or is not wanted. */
  #kept({ partial }: Found, persist = true): UIMessage | undefined {
    if (!partial || !hasContent(partial)) return undefined;
    return persist || partial.hasResults ? partial.message : undefined;
  }

  /** The next attempt: the partial answer becomes a message, and a new request goes on. */
  async #again(
    found: Found,
    kept: UIMessage | undefined,
    signal: AbortSignal,
    incident?: ChatRecoveryIncident,
  ): Promise<void> {
    const { answers, host, incidents, ledger, recovering, runner, turns } = this.#ports;
    const { kind, runId, snapshot } = found;
    const { originMessageIds: messageIds, recoveryRootRequestId: root } = snapshot;
    const requestId = host.random.id();
    const continuation = kind === "continue";
    const place = snapshot.place ?? this.#ports.history.placeBehind(snapshot.latestUserMessageId);
    this.#transition(found, kept, place, () => {
      const change = { requestId, continuation, place, notBefore: undefined };
      ledger.update(runId, change);
      const current = incident ?? this.#judge.incidentOf(snapshot);
      if (current) incidents.put(withAttempt(current, { isolate: this.#isolate, token: runId }));
    });
    recovering.set(root);
    const { requestId: before } = snapshot;
    // Whoever still waits for the request before hears that it goes on under another id.
    if (snapshot.notBefore === undefined) {
      answers.end(
        { requestId: before, messageIds, continuation: snapshot.continuation },
        { outcome: "recovering" },
      );
    }
    turns.alias(before, requestId);
    const extras = { body: snapshot.lastBody, clientTools: snapshot.lastClientTools };
    const { keepLog } = snapshot;
    const turn = {
      ...({ trigger: "recovery", admission: "queue" } as const),
      requestId,
      runId,
      root,
      messageIds,
      extras,
      signal,
      place,
      continuation,
      keepLog,
    };
    await runner.run(turn);
  }

  /** A turn that runs is put off: what it said is stored, and its task comes back to it. */
  #putOff(
    turn: AcceptedTurn,
    found: Found,
    incident: ChatRecoveryIncident,
    kept: UIMessage | undefined,
    notBefore: number,
  ): void {
    const { answers, incidents, ledger, recovering } = this.#ports;
    const { snapshot } = found;
    const { continuation = false, messageIds, requestId, place } = turn;
    const goesOn = snapshot.continuation || kept !== undefined;
    const texts = answers.closing(requestId);
    this.#transition(found, kept, place, () => {
      const waits = (snapshot.waits ?? 0) + 1;
      ledger.update(turn.runId, { waits, notBefore, continuation: goesOn, place });
      incidents.put({ ...incident, status: "scheduled", attemptsInFlight: [] });
    });
    this.#judge.emit("scheduled", incident);
    answers.end({ requestId, messageIds, continuation }, { outcome: "recovering", texts });
    recovering.set(snapshot.recoveryRootRequestId);
    ledger.release(turn.runId);
  }

  /** Turns the stream into a message, with what `commit` writes, in one transaction. */
  #transition(
    { answer }: Found,
    kept: UIMessage | undefined,
    place: number,
    commit: () => void,
  ): void {
    const { history, log } = this.#ports;
    let show: () => void = () => undefined;
    history.within(() =>
      log.end(answer, "completed", () => {
        if (kept) show = history.write([kept], { places: new Map([[kept.id, place]]) });
        commit();
      }),
    );
    show();
  }

  /** The turn waits for a client: it has said all it can. */
  #park(found: Found, incident: ChatRecoveryIncident, kept: UIMessage): void {
    this.#judge.emit("skipped", { ...incident, reason: "awaiting_client_interaction" });
    this.#finish(found, kept, { status: "completed" });
  }

  /** The turn ends as cancelled. */
  #giveUp(found: Found, reason: string, kept = this.#kept(found)): void {
    const incident = this.#judge.incidentOf(found.snapshot);
    if (incident) this.#judge.emit("skipped", { ...incident, reason });
    this.#finish(found, kept, { status: "aborted" });
  }

  /** The turn ends as failed. */
  async #exhaust(found: Found, incident: ChatRecoveryIncident, reason: string): Promise<void> {
    await this.#judge.exhausted(found, incident, reason);
    const error = this.#judge.config.terminalMessage;
    this.#finish(found, this.#kept(found), { status: "error", error });
  }

  #finish(
    found: Found,
    kept: UIMessage | undefined,
    end: { readonly status: "completed" | "aborted" | "error"; readonly error?: string },
  ): void {
    const { answers, history, incidents, ledger, recovering, terminal, turns } = this.#ports;
    const { partial, runId, snapshot } = found;
    const { continuation, originMessageIds: messageIds, requestId } = snapshot;
    const place = snapshot.place ?? history.placeBehind(snapshot.latestUserMessageId);
    const message = kept ?? partial?.message ?? emptyMessage(this.#ports.host.random.id());
    const ended = { message, requestId, continuation, ...end };
    const texts = answers.closing(requestId);
    this.#transition(found, kept, place, () => {
      ledger.end(runId, ended);
      const incident = this.#judge.incidentOf(snapshot);
      if (incident) incidents.delete(incident.incidentId);
      if (end.error === undefined) terminal.clear();
      else {
        const record = { requestId, body: end.error };
        terminal.set(messageIds ? { ...record, messageIds } : record);
      }
    });
    turns.ended(runId, ended);
    const outcome = end.status === "completed" ? undefined : end.status;
    answers.end({ requestId, messageIds, continuation }, { outcome, error: end.error, texts });
    recovering.clear();
  }

  /** Whether the message that is to be answered is still there. */
  #isAsked({ latestUserMessageId }: TurnSnapshot): boolean {
    if (latestUserMessageId === undefined) return true;
    return this.#ports.history.all.some(({ id }) => id === latestUserMessageId);
  }
}

function emptyMessage(id: string): UIMessage {
  return { id, role: "assistant", parts: [] };
}
