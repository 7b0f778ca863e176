/**
 * What becomes of an interrupted turn: counted, asked of the agent, and told of.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { LoggedAnswer } from "../answer-log.ts";
import type { History } from "../history.ts";
import type { ChatHost } from "../host.ts";
import type { TurnLedger } from "../turn-ledger.ts";
import type { ChatRecoveryContext } from "../types.ts";
import { resolveChatRecoveryConfig } from "./config.ts";
import {
  type ChatRecoveryIncident,
  type ChatRecoveryTrigger,
  exhaustion,
  type IncidentInput,
  incidentIdOf,
  nextIncident,
  progressContext,
} from "./incident.ts";
import type { Incidents } from "./incidents.ts";
import type { Partial } from "./partial.ts";
import type { Progress } from "./progress.ts";
import type { StoredTurn, TurnSnapshot } from "./snapshot.ts";

/** An interrupted turn, as it was found. */
export interface Found extends StoredTurn {
  readonly runId: string;
  /** The stream that was left. */
  readonly answer: LoggedAnswer | undefined;
  readonly partial: Partial | undefined;
  readonly kind: "retry" | "continue";
}

/** What judging needs. */
export interface JudgePorts {
  readonly host: ChatHost;
  readonly history: History;
  readonly ledger: TurnLedger;
  readonly incidents: Incidents;
  readonly progress: Progress;
  /** Whether a message, or the conversation, waits for a client. */
  awaitsClient(message: UIMessage): boolean;
}

/** Judges interrupted turns. */
export class Judge {
  readonly #ports: JudgePorts;

  constructor(ports: JudgePorts) {
    this.#ports = ports;
  }

  /** How hard the agent tries. */
  get config() {
    return resolveChatRecoveryConfig(this.#ports.host.settings.chatRecovery);
  }

  /** Counts an attempt; gives the reason when it is one too many. */
  async consider(
    found: Found,
    trigger: ChatRecoveryTrigger,
  ): Promise<[ChatRecoveryIncident, string | undefined]> {
    const { host, incidents, progress } = this.#ports;
    const { latestUserMessageId, recoveryRootRequestId, requestId } = found.snapshot;
    const now = host.clock.now();
    incidents.sweep(now);
    const input: IncidentInput = {
      existing: incidents.get(incidentIdOf(recoveryRootRequestId, latestUserMessageId)),
      identity: {
        ...{ requestId, recoveryRootRequestId, latestUserMessageId },
        recoveryKind: found.kind,
      },
      ...{ trigger, config: this.config, progress: progress.marker(), now },
      awaitingClient: found.partial ? this.#ports.awaitsClient(found.partial.message) : false,
    };
    const incident = nextIncident(input);
    incidents.put(incident);
    this.emit(input.existing ? "attempt" : "detected", incident);
    const reason = exhaustion(incident, input);
    if (reason !== undefined || !input.existing) return [incident, reason];
    return [incident, (await this.#mayGoOn(incident, now)) ? undefined : "recovery_aborted"];
  }

  /** Asks the agent. */
  async decide(found: Found, incident: ChatRecoveryIncident) {
    const { history, host } = this.#ports;
    const { lastBody, lastClientTools } = found.snapshot;
    const context: ChatRecoveryContext = {
      ...this.#facts(found, incident),
      recoveryData: found.user ?? null,
      messages: history.all,
      ...(lastBody ? { lastBody } : {}),
      ...(lastClientTools ? { lastClientTools } : {}),
    };
    try {
      const scope = { fiber: this.#fiber(found.runId) };
      return (await host.within(scope, () => host.recovering(context))) ?? {};
    } catch (error) {
      await host.failed(error);
      return {};
    }
  }

  /** A turn is given up. */
  async exhausted(found: Found, incident: ChatRecoveryIncident, reason: string): Promise<void> {
    const { onExhausted, terminalMessage } = this.config;
    this.emit("exhausted", { ...incident, reason });
    const { requestId } = found.snapshot;
    const failed = { requestId, stage: "recovery", messagesPersisted: true } as const;
    this.#ports.host.emit("chat:request:failed", { ...failed, error: reason });
    try {
      await onExhausted?.({ ...this.#facts(found, incident), reason, terminalMessage });
    } catch (error) {
      console.error("[AIChatAgent] onExhausted threw:", error);
    }
  }

  /** What is known of a turn's interruptions. */
  incidentOf({ latestUserMessageId, recoveryRootRequestId }: TurnSnapshot) {
    return this.#ports.incidents.get(incidentIdOf(recoveryRootRequestId, latestUserMessageId));
  }

  /** Tells observers. */
  emit(what: string, incident: ChatRecoveryIncident): void {
    const { attempt, incidentId, maxAttempts, reason, recoveryKind, requestId } = incident;
    const told = { incidentId, requestId, attempt, maxAttempts, recoveryKind };
    const type = `chat:recovery:${what}` as "chat:recovery:skipped";
    this.#ports.host.emit(type, reason === undefined ? told : { ...told, reason });
  }

  async #mayGoOn(incident: ChatRecoveryIncident, now: number): Promise<boolean> {
    const { shouldKeepRecovering } = this.config;
    if (!shouldKeepRecovering) return true;
    try {
      return (await shouldKeepRecovering(progressContext(incident, now))) !== false;
    } catch (error) {
      console.error("[AIChatAgent] shouldKeepRecovering threw:", error);
      return true;
    }
  }

  #facts(found: Found, incident: ChatRecoveryIncident) {
    const { partial, snapshot } = found;
    const { attempt, incidentId, maxAttempts, recoveryKind } = incident;
    return {
      ...{ incidentId, attempt, maxAttempts, recoveryKind },
      recoveryRootRequestId: snapshot.recoveryRootRequestId,
      requestId: snapshot.requestId,
      streamId: partial?.streamId ?? "",
      partialText: partial?.text ?? "",
      partialParts: partial?.parts ?? [],
      createdAt: snapshot.startedAt,
    };
  }

  #fiber(runId: string) {
    const { ledger } = this.#ports;
    const stash = (data: unknown) => ledger.stash(runId, data);
    return { id: runId, signal: new AbortController().signal, stash };
  }
}
