import type { PackageObjectContext } from "@freehold/host";
import type { JournalEvent, StepKind } from "../journal/history.ts";
import type { ErrorDetails, Status } from "../wire.ts";
import { type InstanceParts, Life } from "./life.ts";
import { type InstanceOptions, type InstanceRow, isFinished } from "./record.ts";

/** What `status()` answers. */
export interface InstanceState {
  readonly status: Status;
  readonly error?: ErrorDetails;
  readonly output: unknown;
}

/** Where to restart from. */
export interface RestartPoint {
  readonly name: unknown;
  readonly count: number;
  readonly kind: StepKind | undefined;
}

/** A part of an instance's journal, and where the instance stands. */
export interface EventPage {
  readonly status: Status;
  readonly events: readonly JournalEvent[];
}

/** An instance, and what it was made with. */
export interface InstanceInfo {
  readonly row: InstanceRow;
  readonly params: unknown;
}

const KINDS: readonly StepKind[] = ["do", "sleep", "waitForEvent"];

/**
 * One instance of a workflow: an object of its own, whose journal is the truth about it. Its program
 * runs inside of it, so it is gated as an object's code is, and ends with it. What is asked of an
 * instance that does not exist is answered with `undefined`, and stores nothing.
 */
export class InstanceObject {
  readonly #context: PackageObjectContext;
  readonly #life: Life;

  constructor(context: PackageObjectContext, parts: InstanceParts) {
    this.#context = context;
    this.#life = new Life(context, parts);
  }

  /** False when there is such an instance already. */
  create(options: InstanceOptions): boolean {
    const life = this.#life;
    if (life.record.row !== undefined) return false;
    life.record.create(options, life.now);
    life.journal.create();
    life.append({ type: "workflow_queued" }, { type: "workflow_started" });
    life.begin();
    return true;
  }

  state(): InstanceState | undefined {
    const life = this.#life;
    if (this.#missing()) return undefined;
    const end = isFinished(life.status)
      ? life.journal.lastOf("workflow_completed", "workflow_errored", "workflow_terminated")?.note
      : undefined;
    const { output = null, error } = end ?? {};
    return { status: life.status, ...(error && { error }), output };
  }

  pause(): true | undefined {
    const life = this.#life;
    if (this.#missing()) return undefined;
    const { status } = life.row;
    if (status === "running" || status === "waiting") {
      if ((life.run?.callbacks ?? 0) === 0) life.pauseNow();
      else life.become("waitingForPause", "workflow_waiting_for_pause");
    }
    return true;
  }

  resume(): true | undefined {
    const life = this.#life;
    if (this.#missing()) return undefined;
    const { status, paused = life.now } = life.row;
    if (status === "paused") {
      life.become("running", "workflow_running", { shiftMs: life.now - paused });
      life.begin();
    } else if (status === "waitingForPause") {
      life.become("running", "workflow_running");
      if (life.run === undefined) life.begin();
      else life.run.resume();
    }
    return true;
  }

  /** @param rollback what the program has done is undone first */
  async terminate(rollback: boolean): Promise<"done" | "finished" | undefined> {
    const life = this.#life;
    if (this.#missing()) return undefined;
    if (isFinished(life.row.status)) return "finished";
    if (rollback && life.row.status !== "rollingBack") await life.rollBack();
    if (!isFinished(life.row.status)) life.finish("terminated", "workflow_terminated", {});
    return "done";
  }

  restart(from: RestartPoint | undefined): "done" | "unknown" | undefined {
    const life = this.#life;
    if (this.#missing()) return undefined;
    const first = from && this.#startOf(from);
    if (from !== undefined && first === undefined) return "unknown";
    const hadProgram = life.hasProgram;
    life.rewind(first);
    life.record.setStatus("running", life.now);
    if (first === undefined) life.append({ type: "workflow_queued" }, { type: "workflow_started" });
    else life.append({ type: "workflow_running" });
    if (hadProgram) life.beginElsewhere();
    else life.begin();
    return "done";
  }

  sendEvent(type: string, payload: Uint8Array | null): true | undefined {
    const life = this.#life;
    if (this.#missing()) return undefined;
    if (isFinished(life.row.status)) return true;
    life.journal.send(type, payload);
    if (life.run !== undefined) life.run.deliver(type);
    else if (this.#isWaitedFor(type)) life.begin();
    return true;
  }

  async delete(): Promise<true | undefined> {
    const life = this.#life;
    if (this.#missing()) return undefined;
    life.run?.end();
    life.record.forget();
    await this.#context.storage.deleteAlarm();
    await this.#context.storage.deleteAll();
    life.awake.end("cut");
    return true;
  }

  /** The deadline of a sleep, a retry or a wait; the recovery of a run; the end of the retention. */
  async alarm(): Promise<void> {
    const life = this.#life;
    life.awake.alarmRang();
    if (this.#missing()) return;
    const { status } = life.row;
    if (isFinished(status)) {
      if (life.expiry <= life.now) await this.delete();
      else life.awake.wakeAt(life.expiry);
      return;
    }
    if (status === "waitingForPause" && life.run === undefined) life.pauseNow();
    else if (status === "rollingBack" && life.run === undefined) void life.rollBack();
    else if (status !== "paused" && life.run === undefined) life.begin();
    else life.run?.due(life.now);
    await life.awake.untilRest();
  }

  events(after: number, limit: number): EventPage | undefined {
    if (this.#missing()) return undefined;
    return { status: this.#life.status, events: this.#life.journal.read(after, limit) };
  }

  info(): InstanceInfo | undefined {
    if (this.#missing()) return undefined;
    const { row, status, record } = this.#life;
    return { row: { ...row, status }, params: record.params() };
  }

  /** The program's value of an event. */
  value(id: number): unknown {
    return this.#missing() ? undefined : this.#life.journal.value(id);
  }

  /** Whether there is no such instance. Without a run the object need not stay in memory. */
  #missing(): boolean {
    if (this.#life.run === undefined) this.#context.leave("idle");
    return this.#life.record.row === undefined;
  }

  #isWaitedFor(type: string): boolean {
    const { row, history } = this.#life;
    if (row.status !== "waiting" && row.status !== "running") return false;
    return [...history.records].some(
      (record) =>
        record.kind === "waitForEvent" && record.state === "pending" && record.eventType === type,
    );
  }

  #startOf({ name, count, kind }: RestartPoint): number | undefined {
    const label = `${String(name)}-${count}`;
    for (const one of kind === undefined ? KINDS : [kind]) {
      const record = this.#life.history.get(one, label);
      if (record !== undefined) return record.started;
    }
    return undefined;
  }
}
