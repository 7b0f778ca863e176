/**
 * Whether an interrupted turn is tried again. Pure.
 *
 * @module
 */

import type { ChatRecoveryProgressContext, ResolvedChatRecoveryConfig } from "../types.ts";
import { CHAT_RECOVERY_ALARM_DEBOUNCE_MS } from "./config.ts";

/** Whether the user's message is answered anew, or the partial answer goes on. */
export type ChatRecoveryKind = "retry" | "continue";

/** An attempt that runs: which life of the object began it. */
export interface ChatRecoveryAttempt {
  readonly isolate: string;
  readonly token: string;
}

/** What is known of one interrupted turn over all of its attempts. Stored in the published form. */
export interface ChatRecoveryIncident {
  readonly incidentId: string;
  readonly requestId: string;
  /** Id of the first request of the turn. */
  readonly recoveryRootRequestId?: string;
  readonly recoveryKind: ChatRecoveryKind;
  /** Attempts since the last progress, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly status:
    | "detected"
    | "scheduled"
    | "attempting"
    | "completed"
    | "skipped"
    | "exhausted"
    | "failed";
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly firstSeenAt: number;
  readonly lastAttemptAt: number;
  readonly lastProgressAt?: number;
  readonly reason?: string;
  /** The highest progress that was seen. */
  readonly progress?: number;
  /** Progress when the incident began. */
  readonly workBaseline?: number;
  /** Attempts that died with their process, the first included. Progress does not reset it. */
  readonly interruptedAttempts?: number;
  readonly attemptsInFlight?: readonly ChatRecoveryAttempt[];
  /** Attempts that were put off after a failure that passes by itself. Progress does not reset it. */
  readonly transientRetries?: number;
}

/** Why an attempt is considered: a life of the object ended, or a live stream failed. */
export type ChatRecoveryTrigger =
  | { readonly kind: "interrupted"; readonly attempt: ChatRecoveryAttempt }
  | { readonly kind: "stalled" };

/** What the decision is made of. */
export interface IncidentInput {
  readonly existing: ChatRecoveryIncident | undefined;
  readonly identity: {
    readonly requestId: string;
    readonly recoveryRootRequestId: string;
    readonly latestUserMessageId: string | undefined;
    readonly recoveryKind: ChatRecoveryKind;
  };
  readonly trigger: ChatRecoveryTrigger;
  readonly config: ResolvedChatRecoveryConfig;
  /** Progress now. */
  readonly progress: number;
  /** A person is asked something: nothing is spent. */
  readonly awaitingClient: boolean;
  readonly now: number;
}

/** The id of the incident of a turn: the same for all of its attempts. */
export function incidentIdOf(root: string, latestUserMessageId: string | undefined): string {
  return `${root}:${latestUserMessageId ?? ""}`;
}

/** The incident with this attempt counted. */
export function nextIncident(input: IncidentInput): ChatRecoveryIncident {
  const { config, existing, identity, now, progress, trigger } = input;
  const { latestUserMessageId, recoveryKind, recoveryRootRequestId, requestId } = identity;
  const hasProgressed = existing !== undefined && progress > (existing.progress ?? progress);
  return {
    incidentId: incidentIdOf(recoveryRootRequestId, latestUserMessageId),
    ...{ requestId, recoveryRootRequestId, recoveryKind },
    attempt: input.awaitingClient ? (existing?.attempt ?? 1) : attemptOf(input, hasProgressed),
    maxAttempts: config.maxAttempts,
    status: existing ? "attempting" : "detected",
    firstSeenAt: existing?.firstSeenAt ?? now,
    lastAttemptAt: now,
    lastProgressAt: hasProgressed || !existing ? now : progressTime(existing),
    progress: Math.max(progress, existing?.progress ?? 0),
    workBaseline: existing?.workBaseline ?? progress,
    interruptedAttempts: interruptedOf(existing, trigger),
    attemptsInFlight: inFlightOf(existing, trigger),
    transientRetries: (existing?.transientRetries ?? 0) + (trigger.kind === "stalled" ? 1 : 0),
  };
}

/** Why an incident is given up, without asking anybody; undefined while it is not. */
export function exhaustion(
  incident: ChatRecoveryIncident,
  { awaitingClient, config, existing, now, trigger }: IncidentInput,
): string | undefined {
  if (awaitingClient) return undefined;
  const { attempt, interruptedAttempts = 0, transientRetries = 0 } = incident;
  if (interruptedAttempts >= config.maxInterruptedAttempts) return "interrupted_attempts_exceeded";
  if (workOf(incident) > config.maxRecoveryWork) return "work_budget_exceeded";
  if (existing && now - progressTime(incident) > config.noProgressTimeoutMs) {
    return "no_progress_timeout";
  }
  const spent = trigger.kind === "stalled" ? Math.max(attempt, transientRetries) : attempt;
  return spent > config.maxAttempts ? "max_attempts_exceeded" : undefined;
}

/** What the agent's own judgement is asked with. */
export function progressContext(
  incident: ChatRecoveryIncident,
  now: number,
): ChatRecoveryProgressContext {
  const { attempt, firstSeenAt, incidentId, maxAttempts, recoveryKind, requestId } = incident;
  const recoveryRootRequestId = incident.recoveryRootRequestId ?? requestId;
  return {
    ...{ incidentId, requestId, recoveryRootRequestId, attempt, maxAttempts, recoveryKind },
    work: workOf(incident),
    ageMs: now - firstSeenAt,
  };
}

/** The incident with an attempt that begins. */
export function withAttempt(
  incident: ChatRecoveryIncident,
  attempt: ChatRecoveryAttempt,
): ChatRecoveryIncident {
  return { ...incident, status: "attempting", attemptsInFlight: [attempt] };
}

function attemptOf({ existing, now, trigger }: IncidentInput, hasProgressed: boolean): number {
  if (!existing || hasProgressed) return 1;
  const isClose = now - existing.lastAttemptAt < CHAT_RECOVERY_ALARM_DEBOUNCE_MS;
  return isClose && trigger.kind === "interrupted" ? existing.attempt : existing.attempt + 1;
}

/** However many marks a dead life left, it died once. */
function interruptedOf(
  existing: ChatRecoveryIncident | undefined,
  trigger: ChatRecoveryTrigger,
): number {
  const before = existing?.interruptedAttempts ?? 0;
  if (trigger.kind === "stalled") return before;
  if (!existing) return 1;
  const died = (existing.attemptsInFlight ?? []).some(
    ({ isolate }) => isolate !== trigger.attempt.isolate,
  );
  return died ? before + 1 : before;
}

function inFlightOf(
  existing: ChatRecoveryIncident | undefined,
  trigger: ChatRecoveryTrigger,
): readonly ChatRecoveryAttempt[] {
  return trigger.kind === "interrupted" ? [trigger.attempt] : (existing?.attemptsInFlight ?? []);
}

function workOf({ progress = 0, workBaseline = progress }: ChatRecoveryIncident): number {
  return progress - workBaseline;
}

function progressTime({ firstSeenAt, lastProgressAt }: ChatRecoveryIncident): number {
  return lastProgressAt ?? firstSeenAt;
}
