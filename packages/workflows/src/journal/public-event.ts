import { EVENT_NUMBERS, type EventType } from "../schema.ts";
import { REDACTED } from "../wire.ts";
import type { JournalEvent, Note, StoredConfig } from "./history.ts";

/** An event of an instance, as `subscribe()` and the tools tell of it. */
export interface InstanceEvent {
  readonly instanceId: string;
  readonly eventId: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly type: EventType;
  readonly stepName?: string;
  readonly [detail: string]: unknown;
}

/** Whether a text names a type of event. */
export function isEventType(text: string): text is EventType {
  return Object.hasOwn(EVENT_NUMBERS, text);
}

/** What an event looks like from outside. Values of the program are looked up where there are any. */
export interface PublicEventSource {
  readonly instanceId: string;
  /** What the instance was made with. */
  params(): Promise<unknown>;
  value(id: number): Promise<unknown>;
  /** Whether a step's output must not be shown. */
  isSensitive(label: string): Promise<boolean>;
}

/** Turns an event of the journal into one for others. */
export async function publicEvent(
  source: PublicEventSource,
  { id, at, type, step, note = {} }: JournalEvent,
): Promise<InstanceEvent> {
  return {
    ...{ instanceId: source.instanceId, eventId: id, timestamp: at, type },
    ...(step !== undefined && { stepName: step }),
    ...(await detailsOf(source, id, type, step ?? "", note)),
  };
}

async function detailsOf(
  source: PublicEventSource,
  id: number,
  type: EventType,
  step: string,
  note: Note,
): Promise<Readonly<Record<string, unknown>>> {
  switch (type) {
    case "workflow_started":
      return { params: await source.params() };
    case "workflow_completed":
      return { output: note.output };
    case "workflow_errored":
    case "rollback_step_errored":
      return { error: note.error };
    case "step_started":
    case "rollback_step_started":
      return note.config ? { config: shownConfig(note.config) } : {};
    case "step_completed":
      if (await source.isSensitive(step)) return { output: REDACTED };
      return { output: note.stream ? { stream: note.stream } : await source.value(id) };
    case "sleep_started":
      return { durationMs: note.durationMs };
    case "wait_started":
      return { eventType: note.eventType };
    case "attempt_started":
    case "attempt_completed":
    case "rollback_attempt_started":
    case "rollback_attempt_completed":
      return { attempt: note.attempt };
    case "attempt_errored":
    case "rollback_attempt_errored": {
      const { attempt, error, retryDelayMs } = note;
      return { attempt, error, ...(retryDelayMs !== undefined && { retryDelayMs }) };
    }
    default:
      return {};
  }
}

function shownConfig({ retries, timeout, sensitive }: StoredConfig): object {
  return {
    retries: {
      limit: retries.limit,
      delay: retries.delay ?? "[dynamic]",
      backoff: retries.backoff,
    },
    timeout,
    ...(sensitive && { sensitive }),
  };
}
