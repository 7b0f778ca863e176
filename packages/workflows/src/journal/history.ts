import type { EventType } from "../schema.ts";
import type { ErrorDetails } from "../wire.ts";

/** What kinds of steps there are. */
export type StepKind = "do" | "sleep" | "waitForEvent";

/** Retries and time-out of a step as they are kept: a delay function is not. */
export interface StoredConfig {
  readonly retries: {
    readonly limit: number;
    /** Absent when a function says it. */
    readonly delay?: number | string;
    readonly backoff: "constant" | "linear" | "exponential";
  };
  readonly timeout: number | string;
  readonly sensitive?: "output";
}

/** What is kept of an event besides the program's own value. Times are in milliseconds. */
export interface Note {
  readonly attempt?: number;
  readonly config?: StoredConfig;
  readonly hasRollback?: boolean;
  readonly retryDelayMs?: number;
  readonly error?: ErrorDetails;
  readonly durationMs?: number;
  /** The deadline of a sleep, or of a wait. */
  readonly until?: number;
  readonly eventType?: string;
  /** When an event from outside arrived. */
  readonly sentAt?: number;
  /** The result is a stream: so many chunks and bytes, under this attempt's number. */
  readonly stream?: { readonly chunks: number; readonly bytes: number };
  /** Where a queued instance stands in its queue. */
  readonly order?: number;
  /** How long the instance was paused: deadlines move by it. */
  readonly shiftMs?: number;
  /** What the run returned. */
  readonly output?: unknown;
  /** A rollback was asked for, not caused by an error. */
  readonly terminates?: boolean;
}

/** One thing that happened. The program's value, if there is one, stays on disk. */
export interface JournalEvent {
  readonly id: number;
  readonly at: number;
  readonly type: EventType;
  /** `name-count` of the step. */
  readonly step?: string | undefined;
  readonly note?: Note | undefined;
}

interface StepBase {
  readonly label: string;
  /** Ids of the events with which it began and ended. */
  readonly started: number;
  readonly settled?: number;
  readonly error?: ErrorDetails;
}

export type StepRecord =
  | (StepBase & {
      readonly kind: "do";
      readonly state: "attempting" | "retrying" | "completed" | "failed";
      readonly config: StoredConfig;
      readonly hasRollback: boolean;
      readonly attempt: number;
      /** When it is tried again, in state `retrying`. */
      readonly until?: number;
      readonly stream?: { readonly chunks: number; readonly bytes: number };
    })
  | (StepBase & {
      readonly kind: "sleep";
      readonly state: "pending" | "completed";
      readonly until: number;
    })
  | (StepBase & {
      readonly kind: "waitForEvent";
      readonly state: "pending" | "completed" | "failed";
      readonly eventType: string;
      readonly until: number;
      readonly durationMs: number;
      readonly sentAt?: number;
    });

export type DoRecord = Extract<StepRecord, { kind: "do" }>;

/** A step's name in the records: steps of different kinds may have the same label. */
export function stepKey(kind: StepKind, label: string): string {
  return `${kind}:${label}`;
}

const KINDS: Readonly<Partial<Record<EventType, StepKind>>> = {
  step_started: "do",
  attempt_started: "do",
  attempt_completed: "do",
  attempt_errored: "do",
  step_completed: "do",
  step_errored: "do",
  sleep_started: "sleep",
  sleep_completed: "sleep",
  wait_started: "waitForEvent",
  wait_completed: "waitForEvent",
  wait_timed_out: "waitForEvent",
};

/** The kind of step that an event is about; `undefined` when it is about none. */
export function kindOf(type: EventType): StepKind | undefined {
  return KINDS[type];
}

/** What is known of a step after an event. */
function nextRecord(
  record: StepRecord | undefined,
  { id, at, type, step: label = "", note = {} }: JournalEvent,
): StepRecord | undefined {
  switch (type) {
    case "step_started":
      return {
        kind: "do",
        state: "attempting",
        label,
        started: id,
        attempt: 0,
        config: note.config as StoredConfig,
        hasRollback: note.hasRollback === true,
      };
    case "sleep_started":
      return { kind: "sleep", state: "pending", label, started: id, until: note.until ?? at };
    case "wait_started": {
      const { until = at, eventType = "", durationMs = 0 } = note;
      return {
        ...{ kind: "waitForEvent", state: "pending" },
        ...{ label, started: id, until, eventType, durationMs },
      };
    }
    default:
      return record && changed(record, { id, at, type, note });
  }
}

function changed(
  record: StepRecord,
  { id, at, type, note = {} }: Pick<JournalEvent, "id" | "at" | "type" | "note">,
): StepRecord {
  const error = note.error;
  switch (record.kind) {
    case "do":
      switch (type) {
        case "attempt_started":
          return { ...record, state: "attempting", attempt: note.attempt ?? record.attempt + 1 };
        case "attempt_errored":
          return {
            ...record,
            state: "retrying",
            ...(error && { error }),
            until: at + (note.retryDelayMs ?? 0),
          };
        case "step_completed":
          return {
            ...record,
            state: "completed",
            settled: id,
            ...(note.stream && { stream: note.stream }),
          };
        case "step_errored":
          return { ...record, state: "failed", settled: id, ...(error && { error }) };
        default:
          return record;
      }
    case "sleep":
      return type === "sleep_completed" ? { ...record, state: "completed", settled: id } : record;
    case "waitForEvent":
      if (type === "wait_completed") {
        const { sentAt = at } = note;
        return { ...record, state: "completed", settled: id, sentAt };
      }
      if (type !== "wait_timed_out") return record;
      return { ...record, state: "failed", settled: id, ...(error && { error }) };
  }
}

/** How far a step's rollback is. */
export interface UndoRecord {
  readonly state: "new" | "attempting" | "retrying" | "done";
  /** The attempt that runs or ran last; 0 before the first. */
  readonly attempt: number;
  /** When it is tried again, in state `retrying`. */
  readonly until?: number;
}

function nextUndo(record: UndoRecord, { at, type, note = {} }: JournalEvent): UndoRecord {
  const { attempt = record.attempt } = note;
  switch (type) {
    case "rollback_attempt_started":
      return { state: "attempting", attempt };
    case "rollback_attempt_errored":
      return { state: "retrying", attempt, until: at + (note.retryDelayMs ?? 0) };
    case "rollback_step_completed":
      return { state: "done", attempt };
    default:
      return record;
  }
}

/** The record with its deadline moved, when it has one that has not come. */
function shifted(record: StepRecord, byMs: number): StepRecord {
  const isWaiting = record.state === "pending" || record.state === "retrying";
  if (!isWaiting || record.until === undefined) return record;
  return { ...record, until: record.until + byMs };
}

/** Everything that is known of an instance's steps: the events folded up. */
export class History {
  readonly #records = new Map<string, StepRecord>();
  readonly #undone = new Map<string, UndoRecord>();
  #steps = 0;
  #rollback: JournalEvent | undefined;

  constructor(events: Iterable<JournalEvent> = []) {
    for (const event of events) this.apply(event);
  }

  /** How many steps with code there are. */
  get steps(): number {
    return this.#steps;
  }

  get records(): Iterable<StepRecord> {
    return this.#records.values();
  }

  /** With what the rollback began, when there is one. */
  get rollback(): JournalEvent | undefined {
    return this.#rollback;
  }

  get(kind: StepKind, label: string): StepRecord | undefined {
    return this.#records.get(stepKey(kind, label));
  }

  /** How far a step's rollback is. */
  rollbackOf(label: string): UndoRecord {
    return this.#undone.get(label) ?? { state: "new", attempt: 0 };
  }

  apply(event: JournalEvent): void {
    const kind = kindOf(event.type);
    if (kind !== undefined) this.#applyToStep(kind, event);
    else if (event.type === "rollback_started") this.#rollback = event;
    else if (event.type.startsWith("rollback_") && event.step !== undefined) {
      this.#undone.set(event.step, nextUndo(this.rollbackOf(event.step), event));
    } else if (event.note?.shiftMs !== undefined) this.#shift(event.note.shiftMs);
  }

  #applyToStep(kind: StepKind, event: JournalEvent): void {
    const key = stepKey(kind, event.step ?? "");
    const record = nextRecord(this.#records.get(key), event);
    if (record === undefined) return;
    this.#records.set(key, record);
    if (event.type === "step_started") this.#steps += 1;
  }

  #shift(byMs: number): void {
    for (const [key, record] of this.#records) this.#records.set(key, shifted(record, byMs));
  }
}
