import type { Clock, Logger, PackageObjectContext, WorkflowConfig } from "@freehold/host";
import { History } from "../journal/history.ts";
import { Journal, type NewEvent } from "../journal/journal.ts";
import type { EventType } from "../schema.ts";
import { type ErrorDetails, instanceErrors, type Status } from "../wire.ts";
import { Awake } from "./awake.ts";
import { type Ending, Execution, type ExecutionHost, type WorkflowEvent } from "./execution.ts";
import type { Mocks } from "./mocks.ts";
import type { Pace } from "./pace.ts";
import { InstanceRecord, type InstanceRow } from "./record.ts";
import type { Run } from "./run.ts";
import { undo } from "./undo.ts";

/** What the instances of one workflow share. */
export interface InstanceParts {
  readonly workflow: WorkflowConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stepLimit: number;
  /** Shared by all workflows of the host. */
  readonly pace: Pace;
  /** What a test has put in the place of an instance's steps. */
  mocks(id: string): Mocks | undefined;
  /** Something of an instance has changed. */
  onChange(id: string): void;
}

/** A program that was run for its rollbacks alone has so long to register them, in milliseconds. */
const REGISTER_MS = 30_000;

/**
 * The course of one instance: its run, where it stands, and when it wakes. Its object is the way in.
 */
export class Life {
  readonly record: InstanceRecord;
  readonly journal: Journal;
  readonly awake: Awake;
  readonly #context: PackageObjectContext;
  readonly #parts: InstanceParts;
  #history: History | undefined;
  #execution: Execution | undefined;

  constructor(context: PackageObjectContext, parts: InstanceParts) {
    this.#context = context;
    this.#parts = parts;
    this.record = new InstanceRecord(context.storage);
    this.journal = new Journal(context.storage, parts.clock, () => parts.onChange(this.row.id));
    this.awake = new Awake(context, parts.clock);
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

  /** Whether a program has run in this activation: something of it may still go on. */
  get hasProgram(): boolean {
    return this.#execution !== undefined;
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

  /** Begins a run, in a turn of its own. */
  begin(): Execution {
    this.awake.stay();
    if (this.row.status === "waiting") this.become("running", "workflow_running");
    const execution = new Execution(this.#hostOfRun());
    this.#execution = execution;
    this.#parts.pace.add(() => {
      this.#context.soon(() => {
        if (!execution.run.isOver) execution.begin();
      });
    });
    return execution;
  }

  /** What the program left behind in this activation must not go on: the next one begins anew. */
  beginElsewhere(): void {
    this.awake.wakeAt(this.now);
    this.awake.end("cut");
  }

  pauseNow(): void {
    this.run?.end();
    this.become("paused", "workflow_paused");
    this.awake.noAlarm();
    this.awake.end("cut");
  }

  finish(status: Status, type: EventType, note: NewEvent["note"]): void {
    this.run?.end();
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

  /** Undoes from outside what the program has done so far, or goes on with undoing it. */
  async rollBack(): Promise<void> {
    const cause = this.history.rollback?.note?.error ?? instanceErrors.terminated();
    const terminates = this.history.rollback?.note?.terminates ?? true;
    this.record.setStatus("rollingBack", this.now);
    const live = this.run === undefined ? undefined : this.#execution;
    const execution = live ?? this.begin();
    execution.run.replayOnly();
    await this.#registered(execution);
    if (execution.run.isOver || !(await undo(execution.run, cause, terminates))) return;
    if (terminates) this.finish("terminated", "workflow_terminated", {});
    else this.finish("errored", "workflow_errored", { error: cause });
  }

  /** Until the program has come to all steps that are to be undone. */
  async #registered({ run }: Execution): Promise<void> {
    const wanted = [...this.history.records].filter(
      (record) => record.kind === "do" && record.hasRollback,
    ).length;
    const end = this.now + REGISTER_MS;
    while (!run.isOver && run.rollbacks.newestFirst.length < wanted && this.now < end) {
      await new Promise<void>((resolve) => {
        this.#context.soon(resolve);
      });
    }
  }

  #hostOfRun(): ExecutionHost {
    const { workflow, clock, stepLimit, log, mocks } = this.#parts;
    const context = this.#context;
    const { record } = this;
    const { id } = this.row;
    return {
      journal: this.journal,
      history: this.history,
      clock,
      stepLimit,
      get mocks() {
        return mocks(id);
      },
      after: (ms, callback) => context.after(ms, callback),
      soon: (callback) => context.soon(callback),
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
      event: () => this.#event(),
      onEnd: (ending) => void this.#ended(ending),
    };
  }

  #event(): WorkflowEvent {
    const { id, created, schedule } = this.row;
    return {
      timestamp: new Date(created),
      payload: this.record.params() ?? {},
      instanceId: id,
      workflowName: this.#parts.workflow.name,
      ...(schedule && { schedule }),
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
    else if (this.awake.isNear(run.deadline)) this.#nap(run, run.deadline);
    else this.#wait(run.deadline);
  }

  #goOn(): void {
    this.awake.stay();
    if (this.row.status === "waiting") this.become("running", "workflow_running");
  }

  #nap(run: Run, deadline: number): void {
    this.#goOn();
    this.#parts.onChange(this.row.id);
    this.awake.nap(deadline, () => run.due(this.now));
  }

  #wait(deadline: number | undefined): void {
    if (this.row.status !== "waiting") this.become("waiting", "workflow_waiting");
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
    if (await this.#undoAfter(execution, ending.cause)) {
      this.finish("errored", "workflow_errored", { error: ending.error });
    }
  }

  async #undoAfter({ run }: Execution, cause: ErrorDetails): Promise<boolean> {
    if (run.rollbacks.newestFirst.length === 0) return !run.isOver;
    this.record.setStatus("rollingBack", this.now);
    this.awake.stay();
    run.replayOnly();
    return undo(run, cause, false);
  }
}
