import type { Clock, Timer } from "@freehold/host";
import type { History, JournalEvent, StepKind, StepRecord } from "../journal/history.ts";
import { stepKey } from "../journal/history.ts";
import type { Journal, NewEvent } from "../journal/journal.ts";
import type { ErrorDetails } from "../wire.ts";
import type { Mocks } from "./mocks.ts";
import { Releases } from "./releases.ts";
import type { Rollbacks } from "./rollbacks.ts";

/** What a run has of its instance. */
export interface RunHost {
  readonly journal: Journal;
  readonly history: History;
  readonly clock: Clock;
  readonly stepLimit: number;
  /** Writes events to the journal, and applies them to the history. */
  append(...events: readonly NewEvent[]): readonly JournalEvent[];
  /** What a test has put in the place of steps. */
  readonly mocks: Mocks | undefined;
  after(delayMs: number, callback: () => void): Timer;
  soon(callback: () => void): void;
  /** Calls back in a turn to come, once what was written survives the end of the process. */
  onRecord(callback: () => void): void;
  /** Nothing happens before a time that the instance may spend outside of memory. */
  rest(until: number, callback: () => void): void;
  /** No step may begin any more: the instance pauses, or its object is about to end. */
  readonly isHeld: boolean;
  /** Nothing may be written any more. */
  readonly isGone: boolean;
  /** What runs or waits has changed. */
  onChange(): void;
  /** The instance fails, whatever its program does about it. */
  onFatal(error: ErrorDetails): void;
  /** A replay took another way: steps of before were not reached, and others are new. */
  onDiverged(missing: readonly string[], fresh: readonly string[]): void;
}

/** A step that waits for a time, an event, or both. */
export interface Wait {
  readonly until: number;
  /** The type of event that it takes. */
  readonly eventType?: string;
  /** The time has come. */
  onDue(): void;
  /** An event of its type is there. */
  onEvent?(): void;
}

/**
 * One execution of a program, from the top: at the first time and at each replay. It knows what runs
 * and what waits; once it is over, nothing that its program still does has an effect.
 */
export class Run {
  readonly host: RunHost;
  readonly releases: Releases;
  readonly rollbacks: Rollbacks;
  readonly #waits = new Set<Wait>();
  readonly #held: (() => void)[] = [];
  readonly #visited = new Set<string>();
  readonly #fresh: string[] = [];
  readonly #recordedBefore: number;
  readonly #ended = Promise.withResolvers<void>();
  #callbacks = 0;
  #isOver = false;
  #onlyReplays = false;
  #isChecked = false;

  constructor(host: RunHost, rollbacks: Rollbacks) {
    this.host = host;
    this.rollbacks = rollbacks;
    this.#recordedBefore = host.journal.lastId;
    this.releases = new Releases(host.soon, () => host.soon(() => this.changed()));
  }

  get isOver(): boolean {
    return this.#isOver || this.host.isGone;
  }

  /** Resolves when the run is dropped. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Steps whose code runs now. */
  get callbacks(): number {
    return this.#callbacks;
  }

  /** Everything that has begun waits for a time or an event. */
  get isQuiet(): boolean {
    return this.#callbacks === 0 && this.releases.isEmpty && this.#waits.size > 0;
  }

  /** Steps want to begin and may not. */
  get hasHeld(): boolean {
    return this.#held.length > 0;
  }

  /** When the next wait is over; `undefined` when none waits for a time. */
  get deadline(): number | undefined {
    let earliest: number | undefined;
    for (const { until } of this.#waits) earliest = Math.min(earliest ?? until, until);
    return earliest;
  }

  /** Steps that are not on record never begin: the program is run for its rollbacks alone. */
  replayOnly(): void {
    this.#onlyReplays = true;
  }

  /** Drops the program where it stands: its promises never settle. */
  end(): void {
    this.#isOver = true;
    this.#ended.resolve();
    this.#waits.clear();
    this.#held.length = 0;
    this.releases.clear();
  }

  /** Begins something new, unless nothing may begin now: then once it may. */
  start(begin: () => void): void {
    if (this.isOver || this.#onlyReplays) return;
    if (!this.host.isHeld) {
      begin();
      return;
    }
    this.#held.push(begin);
    this.changed();
  }

  /** What was held may begin. */
  resume(): void {
    for (const begin of this.#held.splice(0)) this.start(begin);
  }

  append(...events: readonly NewEvent[]): readonly JournalEvent[] {
    return this.host.append(...events);
  }

  /** The record of a step that the program has come to. */
  visit(kind: StepKind, label: string): StepRecord | undefined {
    const record = this.host.history.get(kind, label);
    if (record === undefined) this.#fresh.push(label);
    else this.#visited.add(stepKey(kind, label));
    return record;
  }

  /** Counts code of a step that runs. */
  enter(): void {
    this.#callbacks += 1;
    this.changed();
  }

  leave(): void {
    this.#callbacks -= 1;
    this.host.soon(() => this.changed());
  }

  wait(wait: Wait): void {
    this.#waits.add(wait);
    this.host.soon(() => this.changed());
  }

  /** Ends the waits whose time has come, the earliest first. */
  due(now: number): void {
    const due = [...this.#waits].filter(({ until }) => until <= now);
    due.sort((one, other) => one.until - other.until);
    for (const wait of due) if (this.#waits.delete(wait)) this.start(() => wait.onDue());
  }

  /** Gives an event that has come to the step that has waited longest for its type. */
  deliver(type: string): void {
    const found = [...this.#waits].find(({ eventType }) => eventType === type);
    if (found === undefined || !this.#waits.delete(found)) return;
    this.start(() => found.onEvent?.());
  }

  changed(): void {
    if (this.isOver) return;
    if (this.isQuiet) this.checkReplay();
    if (!this.isOver) this.host.onChange();
  }

  /** Tells of a replay that took another way, once it has come to rest. */
  checkReplay(): void {
    if (this.#isChecked || this.#recordedBefore === 0) return;
    this.#isChecked = true;
    const missing = [...this.host.history.records]
      .filter(({ started }) => started <= this.#recordedBefore)
      .filter(({ kind, label }) => !this.#visited.has(stepKey(kind, label)))
      .map(({ label }) => label);
    if (missing.length > 0 && this.#fresh.length > 0) {
      this.host.onDiverged(missing, [...this.#fresh]);
    }
  }
}
