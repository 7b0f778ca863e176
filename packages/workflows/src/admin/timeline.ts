import type { JournalEvent, StepKind } from "../journal/history.ts";
import { kindOf } from "../journal/history.ts";
import { type ErrorDetails, REDACTED, type Status } from "../wire.ts";

/** One try of a step. Times are in milliseconds since the epoch. */
export interface TimelineAttempt {
  readonly attempt: number;
  readonly started: number;
  readonly ended?: number;
  readonly error?: ErrorDetails;
  /** How long it was until the next one. */
  readonly retryDelayMs?: number;
}

/** One step of an instance, from its beginning to its end or to now. */
export interface TimelineStep {
  readonly kind: StepKind;
  /** `name-count` */
  readonly label: string;
  readonly state: "running" | "completed" | "failed";
  readonly started: number;
  readonly ended?: number;
  readonly durationMs?: number;
  /** Of steps with code. */
  readonly attempts: readonly TimelineAttempt[];
  /** Of waits: the type of event. */
  readonly eventType?: string;
  /** Of sleeps and waits: when they are over at the latest. */
  readonly until?: number;
  /** What a step returned, or the payload of an event. */
  readonly output?: unknown;
  readonly error?: ErrorDetails;
}

/** Everything that happened to an instance, step by step: for people, and for tools that draw it. */
export interface Timeline {
  readonly id: string;
  readonly status: Status;
  readonly created: number;
  readonly finished?: number | undefined;
  readonly params: unknown;
  readonly output?: unknown;
  readonly error?: ErrorDetails;
  readonly steps: readonly TimelineStep[];
}

const STARTS = new Set(["step_started", "sleep_started", "wait_started"]);
const COMPLETED = new Set(["step_completed", "sleep_completed", "wait_completed"]);
const FAILED = new Set(["step_errored", "wait_timed_out"]);

/**
 * The steps of a journal.
 *
 * @param values what steps returned, by the ids of the events that tell of it
 */
export function stepsOf(
  events: readonly JournalEvent[],
  values: ReadonlyMap<number, unknown>,
): TimelineStep[] {
  const steps = new Map<string, TimelineStep>();
  const sensitive = new Set<string>();
  for (const event of events) {
    const kind = kindOf(event.type);
    if (kind === undefined) continue;
    const key = `${kind}:${event.step}`;
    if (event.note?.config?.sensitive === "output") sensitive.add(key);
    const value = sensitive.has(key) ? REDACTED : values.get(event.id);
    const step = STARTS.has(event.type)
      ? begun(kind, event)
      : changed(steps.get(key), event, value);
    if (step !== undefined) steps.set(key, step);
  }
  return [...steps.values()];
}

function begun(kind: StepKind, { at, step = "", note = {} }: JournalEvent): TimelineStep {
  const { eventType, until } = note;
  return {
    ...{ kind, label: step, state: "running", started: at, attempts: [] },
    ...(eventType !== undefined && { eventType }),
    ...(until !== undefined && { until }),
  };
}

function changed(
  step: TimelineStep | undefined,
  { at, type, note = {} }: JournalEvent,
  value: unknown,
): TimelineStep | undefined {
  if (step === undefined) return undefined;
  if (COMPLETED.has(type)) {
    const output = note.stream ? { stream: note.stream } : value;
    return { ...ended(step, at), state: "completed", ...(output !== undefined && { output }) };
  }
  if (FAILED.has(type)) {
    return { ...ended(step, at), state: "failed", ...(note.error && { error: note.error }) };
  }
  const { attempt = 1, error, retryDelayMs } = note;
  if (type === "attempt_started") {
    return { ...step, attempts: [...step.attempts, { attempt, started: at }] };
  }
  const attempts = step.attempts.map((one) =>
    one.attempt === attempt
      ? {
          ...one,
          ended: at,
          ...(error && { error }),
          ...(retryDelayMs !== undefined && { retryDelayMs }),
        }
      : one,
  );
  return { ...step, attempts };
}

function ended(step: TimelineStep, at: number): TimelineStep {
  return { ...step, ended: at, durationMs: at - step.started };
}
