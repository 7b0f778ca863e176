import type { PackageObjectContext } from "@freehold/host";
import type { Admission } from "../admission/admission.ts";
import type { History } from "../journal/history.ts";
import type { NewEvent } from "../journal/journal.ts";
import type { EventType } from "../schema.ts";
import { type ErrorDetails, instanceErrors, type Status } from "../wire.ts";
import type { Awake } from "./awake.ts";
import { type Execution, endOf } from "./execution.ts";
import type { InstanceRecord, InstanceRow } from "./record.ts";
import type { Run } from "./run.ts";
import { undo } from "./undo.ts";

/** What a rollback has of the course of its instance. */
export interface RollbackHost {
  readonly now: number;
  readonly row: InstanceRow;
  readonly record: InstanceRecord;
  readonly history: History;
  readonly awake: Awake;
  readonly run: Run | undefined;
  readonly execution: Execution | undefined;
  begin(): Execution;
  finish(status: Status, type: EventType, note: NewEvent["note"]): void;
}

interface Rest {
  readonly until: number;
  readonly callback: () => void;
}

interface Undoing {
  readonly run: Run;
  readonly promise: Promise<unknown>;
}

/** A program that was run for its rollbacks alone has so long to register them, in milliseconds. */
const REGISTER_MS = 30_000;

/** The undoing of an instance's steps: after an error of its program, or because it was asked for. */
export class Rollback {
  readonly #host: RollbackHost;
  readonly #context: PackageObjectContext;
  readonly #admission: Admission;
  #resting: Rest | undefined;
  /** The undoing that is on, while its run is. */
  #undoing: Undoing | undefined;

  constructor(host: RollbackHost, context: PackageObjectContext, admission: Admission) {
    this.#host = host;
    this.#context = context;
    this.#admission = admission;
  }

  /** Undoes from outside what the program has done so far: once, however many ask for it. */
  async undone(): Promise<void> {
    const { run, promise } = this.#undoing?.run.isOver === false ? this.#undoing : this.#begin();
    // A run that is dropped undoes nothing more: the instance was restarted, say.
    await Promise.race([promise, run.ended]);
  }

  #begin(): Undoing {
    const { awake, history, now, record, row, run } = this.#host;
    const { error: cause = instanceErrors.terminated(), terminates = true } =
      history.rollback?.note ?? {};
    record.setStatus("rollingBack", now);
    this.#admission.force(row.id);
    awake.stay();
    const live = run === undefined ? undefined : this.#host.execution;
    const execution = live ?? this.#host.begin();
    execution.run.replayOnly();
    const promise = this.#undoAll(execution, cause, terminates);
    this.#undoing = { run: execution.run, promise };
    return this.#undoing;
  }

  async #undoAll(execution: Execution, cause: ErrorDetails, terminates: boolean): Promise<void> {
    await this.#registered(execution);
    if (execution.run.isOver || !(await undo(execution.run, cause, terminates))) return;
    if (terminates) this.#host.finish("terminated", "workflow_terminated", {});
    else this.#host.finish("errored", "workflow_errored", { error: endOf(cause) });
  }

  /** Undoes what a program did that has thrown. Whether the instance may end then. */
  async after({ run }: Execution, cause: ErrorDetails): Promise<boolean> {
    if (run.rollbacks.newestFirst.length === 0) return !run.isOver;
    const { awake, now, record } = this.#host;
    record.setStatus("rollingBack", now);
    awake.stay();
    run.replayOnly();
    const promise = undo(run, cause, false);
    this.#undoing = { run, promise };
    return promise;
  }

  /** Nothing is to be undone before a time. When that is far away the instance leaves memory. */
  rest(until: number, callback: () => void): void {
    const { awake, now, row } = this.#host;
    if (awake.isNear(until)) {
      this.#context.after(Math.max(0, until - now), callback);
      return;
    }
    this.#resting = { until, callback };
    this.#admission.leave(row.id);
    awake.sleep(until);
  }

  /** The alarm rang: it goes on, or rests on when it is not yet time. */
  rang(): void {
    if (this.#host.run === undefined) this.#begin();
    const resting = this.#resting;
    if (resting === undefined) return;
    this.#resting = undefined;
    const { awake, row } = this.#host;
    if (awake.isNear(resting.until)) {
      this.#admission.force(row.id);
      awake.stay();
    }
    this.rest(resting.until, resting.callback);
  }

  /** Until the program has come to all steps that are to be undone. */
  async #registered({ run }: Execution): Promise<void> {
    const wanted = [...this.#host.history.records].filter(
      (record) => record.kind === "do" && record.hasRollback,
    ).length;
    const end = this.#host.now + REGISTER_MS;
    while (!run.isOver && run.rollbacks.newestFirst.length < wanted && this.#host.now < end) {
      await new Promise<void>((resolve) => {
        this.#context.soon(resolve);
      });
    }
  }
}
