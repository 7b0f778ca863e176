import type { Clock, Logger, PackageObjectContext, WorkflowConfig } from "@freehold/host";
import type { Admission } from "../admission/admission.ts";
import { History, type JournalEvent } from "../journal/history.ts";
import { Journal, type NewEvent } from "../journal/journal.ts";
import type { EventType } from "../schema.ts";
import type { Status } from "../wire.ts";
import { Awake } from "./awake.ts";
import { type Ending, Execution, type ExecutionHost, type WorkflowEvent } from "./execution.ts";
import type { Mocks } from "./mocks.ts";
import { onRecordOf } from "./on-record.ts";
import type { Pace } from "./pace.ts";
import { InstanceRecord, type InstanceRow } from "./record.ts";
import { Rollback } from "./rollback.ts";
import type { Run } from "./run.ts";

/** What the instances of one workflow share. */
export interface InstanceParts {
  readonly workflow: WorkflowConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stepLimit: number;
  readonly admission: Admission;
  readonly stateBytes: number;
  /** Keeps an instance's place in the queue over the end of the process. */
  keep(id: string, order: number): Promise<void>;
  /** What an earlier process has left in the queue is being asked for; `undefined` when it is known. */
  queueKnown(): Promise<void> | undefined;
  /** Shared by all workflows of the host. */
  readonly pace: Pace;
  /** What a test has put in the place of an instance's steps. */
  mocks(id: string): Mocks | undefined;
  /** Something of an instance has changed. */
  onChange(id: string): void;
}

/** A queued instance that nobody lets in looks after itself then, in milliseconds. */
const QUEUED_ALARM_MS = 86_400_000;

/**
 * The course of one instance: its run, where it stands, and when it wakes. Its object is the way in.
 */
export class Life {
  readonly record: InstanceRecord;
  readonly journal: Journal;
  readonly awake: Awake;
  readonly rollback: Rollback;
  readonly #onRecord: (callback: () => void) => void;
  readonly #context: PackageObjectContext;
  readonly #parts: InstanceParts;
  #history: History | undefined;
  #execution: Execution | undefined;

  constructor(context: PackageObjectContext, parts: InstanceParts) {
    this.#context = context;
    this.#parts = parts;
    this.record = new InstanceRecord(context.storage);
    this.journal = new Journal(context.storage, parts.clock, {
      maxBytes: parts.stateBytes,
      onAppend: () => parts.onChange(this.row.id),
    });
    this.awake = new Awake(context, parts.clock);
    this.rollback = new Rollback(this, context, parts.admission);
    this.#onRecord = onRecordOf(context);
  }

  get now(): number {
    return this.#parts.clock.now();
  }

  /** @throws Error when there is no such instance */
  get row(): InstanceRow {
    const { row } = this.record;
    if (row === undefined) throw new Error("The instance is gone.");
    return row;
  }

  /** The run that is on; `undefined` when none is. */
  get run(): Run | undefined {
    const run = this.#execution?.run;
    return run?.isOver === false ? run : undefined;
  }

  /** The program that has run last in this activation: something of it may still go on. */
  get execution(): Execution | undefined {
    return this.#execution;
  }

  get history(): History {
    this.#history ??= new History(this.journal.read());
    return this.#history;
  }

  /** The status as others see it: waiting is not written down while the instance stays in memory. */
  get status(): Status {
    const { status } = this.row;
    const { run } = this;
    return status === "running" && run?.isQuiet === true ? "waiting" : status;
  }

  append(...events: readonly NewEvent[]): void {
    for (const event of this.journal.append(...events)) this.#history?.apply(event);
  }

  become(status: Status, type: EventType, note?: NewEvent["note"]): void {
    this.record.setStatus(status, this.now);
    this.append({ type, ...(note && { note }) });
  }

  /** Runs, or goes on, once there is room: until then the instance is queued. */
  start(note?: NewEvent["note"]): void {
    const { id, status } = this.row;
    const { admission } = this.#parts;
    if (!admission.enter(id, status === "running")) {
      const order = admission.wait(id);
      if (status !== "queued") this.become("queued", "workflow_queued", { ...note, order });
      this.queue();
      return;
    }
    if (status !== "running") {
      const isNew = status === "queued" && this.journal.lastOf("workflow_started") === undefined;
      this.become("running", isNew ? "workflow_started" : "workflow_running", note);
    }
    this.begin(true);
  }

  /**
   * Goes on with a run that is in memory, or begins one, where there is room for it. That it runs is
   * written down with the first thing that it has to write: one that wakes for nothing writes nothing.
   */
  wake(act: (run: Run) => void): void {
    const { run } = this;
    const { id } = this.row;
    const { admission } = this.#parts;
    if (!admission.enter(id)) this.start();
    else if (run === undefined) this.begin();
    else {
      act(run);
      // There was nothing for it.
      if (run.isQuiet) admission.leave(id);
    }
  }

  /** Leaves memory until there is room. The alarm sees that this is known after a crash. */
  queue(): void {
    this.run?.end();
    this.awake.wakeAt(this.now);
    this.awake.end("cut");
  }

  /** The alarm of a queued instance: keeps its place in the queue over the end of the process. */
  async keepQueued(): Promise<void> {
    const { admission, keep } = this.#parts;
    const { id } = this.row;
    const order = admission.wait(id, this.journal.lastOf("workflow_queued")?.note?.order ?? 0);
    // Meanwhile those come as well that were made before, and that nobody knows of after a crash.
    if (!(await this.awake.hears(keep(id, order)))) return;
    if (this.record.row?.status === "queued") this.awake.sleep(this.now + QUEUED_ALARM_MS);
    admission.pump();
  }

  /**
   * Begins a run, in a turn of its own. It has a good chance to join the commit of this turn, which waits
   * for its alarm to be known.
   *
   * @param isOneOfMany others may begin at the same time
   */
  begin(isOneOfMany = false): Execution {
    this.awake.stay();
    const execution = new Execution(this.#hostOfRun());
    this.#execution = execution;
    const begin = () =>
      this.#context.soon(() => {
        if (!execution.run.isOver) execution.begin();
      });
    if (isOneOfMany) this.#parts.pace.add(begin);
    else begin();
    return execution;
  }

  /** What the program left behind in this activation must not go on: the next one begins anew. */
  beginElsewhere(): void {
    this.awake.wakeAt(this.now);
    this.awake.end("cut");
  }

  pauseNow(): void {
    this.run?.end();
    this.#parts.admission.leave(this.row.id);
    this.become("paused", "workflow_paused");
    this.awake.noAlarm();
    this.awake.end("cut");
  }

  finish(status: Status, type: EventType, note: NewEvent["note"]): void {
    this.run?.end();
    this.#parts.admission.leave(this.row.id);
    this.become(status, type, note);
    this.awake.wakeAt(this.expiry);
    this.awake.end("cut");
  }

  /** When a finished instance is no longer kept. */
  get expiry(): number {
    const { status, finished = this.now, retention } = this.row;
    return finished + (status === "complete" ? retention.successMs : retention.errorMs);
  }

  /** Forgets everything, or all steps that began with or after the one of an event. */
  rewind(first: number | undefined): void {
    const { history } = this;
    this.run?.end();
    this.journal.forget(first, (kind, label) => {
      const record = history.get(kind, label);
      return record?.settled !== undefined && record.started < (first ?? 0);
    });
    this.#history = undefined;
    this.#execution = undefined;
  }

  #hostOfRun(): ExecutionHost {
    const { workflow, clock, stepLimit, log, mocks } = this.#parts;
    const context = this.#context;
    const { record } = this;
    const { id } = this.row;
    return {
      journal: this.journal,
      history: this.history,
      append: (...events) => appendOfRun(this, this.#parts.admission, events),
      clock,
      stepLimit,
      get mocks() {
        return mocks(id);
      },
      after: (ms, callback) => context.after(ms, callback),
      soon: (callback) => context.soon(callback),
      onRecord: this.#onRecord,
      rest: (until, callback) => this.rollback.rest(until, callback),
      get isHeld() {
        return context.isDraining || record.row?.status === "waitingForPause";
      },
      get isGone() {
        return context.isOver;
      },
      onChange: () => this.#changed(),
      onFatal: (error) => this.finish("errored", "workflow_errored", { error }),
      onDiverged: (missing, fresh) => {
        log.warn("A replay of a workflow did not come to steps that it has on record.", {
          ...{ workflow: workflow.name, instance: id, missing, fresh },
          help: "Step names and their order must be the same each time that `run` is called.",
        });
      },
      makeProgram: () => {
        const Program = context.exported(workflow.className) as new (...a: unknown[]) => unknown;
        return new Program(context.executionContext(), context.env);
      },
      event: () => eventOf(this.row, workflow.name, record.params()),
      onEnd: (ending) => void this.#ended(ending),
    };
  }

  /** Something of the run began, ended or waits. */
  #changed(): void {
    const { run } = this;
    if (run === undefined) return;
    const isIdle = run.callbacks === 0 && run.releases.isEmpty;
    const { status } = this.row;
    if (isIdle && status === "waitingForPause") this.pauseNow();
    else if (isIdle && run.hasHeld && this.#context.isDraining) {
      // New code, or the end of the host, waits: the run is taken up from its records.
      run.end();
      this.beginElsewhere();
    } else if (!run.isQuiet || status === "rollingBack") this.#goOn();
    else if (run.deadline !== undefined && run.deadline <= this.now) {
      this.awake.stay();
      run.due(this.now);
    } else if (this.awake.isNear(run.deadline)) this.#nap(run, run.deadline);
    else this.#wait(run.deadline);
  }

  #goOn(): void {
    this.awake.stay();
    if (this.row.status !== "waiting") return;
    // Something of the program went on by itself.
    this.#parts.admission.force(this.row.id);
    this.become("running", "workflow_running");
  }

  #nap(run: Run, deadline: number): void {
    this.#goOn();
    this.#parts.onChange(this.row.id);
    this.awake.nap(deadline, () => run.due(this.now));
  }

  #wait(deadline: number | undefined): void {
    if (this.row.status !== "waiting") this.become("waiting", "workflow_waiting");
    this.#parts.admission.leave(this.row.id);
    this.awake.sleep(deadline);
  }

  async #ended(ending: Ending): Promise<void> {
    if (this.row.status === "waitingForPause") {
      // The end comes with the replay.
      this.pauseNow();
      return;
    }
    if (ending.kind === "complete") {
      if (this.row.status !== "rollingBack") {
        this.finish("complete", "workflow_completed", { output: ending.output });
      }
      return;
    }
    const execution = this.#execution;
    // A rollback that was under way goes on by itself.
    if (execution === undefined || this.row.status === "rollingBack") return;
    if (await this.rollback.after(execution, ending.cause)) {
      this.finish("errored", "workflow_errored", { error: ending.error });
    }
  }
}

/** What a run writes. Of one that was woken, that it runs comes before it. */
function appendOfRun(
  { history, journal, now, record, row }: Life,
  admission: Admission,
  events: readonly NewEvent[],
): readonly JournalEvent[] {
  const woken: NewEvent[] = [];
  if (row.status === "waiting") {
    admission.force(row.id);
    record.setStatus("running", now);
    woken.push({ type: "workflow_running" });
  }
  const written = journal.append(...woken, ...events);
  for (const event of written) history.apply(event);
  return written.slice(woken.length);
}

function eventOf(row: InstanceRow, workflowName: string, params: unknown): WorkflowEvent {
  const { id, created, schedule } = row;
  return {
    timestamp: new Date(created),
    payload: params ?? {},
    instanceId: id,
    workflowName,
    ...(schedule && { schedule }),
  };
}
