import type { PackageObjectContext } from "@freehold/host";
import type { Admission } from "../admission/admission.ts";
import type { StepKind } from "../journal/history.ts";
import { type InstanceParts, Life } from "./life.ts";
import { type InstanceOptions, isFinished } from "./record.ts";
import { type EventPage, type InstanceInfo, type InstanceState, stateOf } from "./standing.ts";
import { isTooLarge } from "./values.ts";

/** What came of making an instance. */
export type Creation = "made" | "taken" | "full" | "tooLarge";

/** Where to restart from. */
export interface RestartPoint {
  readonly name: unknown;
  readonly count: number;
  readonly kind: StepKind | undefined;
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
  readonly #admission: Admission;
  readonly #queueKnown: () => Promise<void> | undefined;

  constructor(context: PackageObjectContext, parts: InstanceParts) {
    this.#context = context;
    this.#admission = parts.admission;
    this.#queueKnown = parts.queueKnown;
    this.#life = new Life(context, parts);
  }

  create(options: InstanceOptions): Creation {
    const life = this.#life;
    if (life.record.row !== undefined) return "taken";
    if (this.#admission.isFull) return "full";
    if (isTooLarge(options.params)) return "tooLarge";
    const mayRun = this.#admission.enter(options.id);
    life.record.create(options, mayRun ? "running" : "queued", life.now);
    life.journal.create();
    if (mayRun) {
      life.append({ type: "workflow_queued" }, { type: "workflow_started" });
      life.begin();
    } else {
      life.append({ type: "workflow_queued", note: { order: this.#admission.wait(options.id) } });
      life.queue();
    }
    return "made";
  }

  /** Lets a queued instance run. False when it is not queued. */
  admit(): boolean {
    if (this.#missing() || this.#life.status !== "queued") return false;
    this.#life.start();
    return true;
  }

  state(): InstanceState | undefined {
    return this.#missing() ? undefined : stateOf(this.#life.status, this.#life.journal);
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
      life.start({ shiftMs: life.now - paused });
    } else if (status === "waitingForPause") {
      if (life.run === undefined) life.start();
      else {
        life.become("running", "workflow_running");
        life.run.resume();
      }
    }
    return true;
  }

  /** @param rollback what the program has done is undone first */
  async terminate(rollback: boolean): Promise<"done" | "finished" | undefined> {
    const life = this.#life;
    if (this.#missing()) return undefined;
    if (isFinished(life.row.status)) return "finished";
    // Who restarts it meanwhile has the last word.
    if (rollback) await life.rollback.undone();
    else life.finish("terminated", "workflow_terminated", {});
    return "done";
  }

  restart(from: RestartPoint | undefined): "done" | "unknown" | undefined {
    const life = this.#life;
    if (this.#missing()) return undefined;
    const first = from && this.#startOf(from);
    if (from !== undefined && first === undefined) return "unknown";
    const hadProgram = life.execution !== undefined;
    life.rewind(first);
    const mayRun = this.#admission.enter(life.row.id);
    const again = first === undefined ? "workflow_started" : "workflow_running";
    life.record.setStatus(mayRun ? "running" : "queued", life.now);
    if (!mayRun) {
      life.append({ type: "workflow_queued", note: { order: this.#admission.wait(life.row.id) } });
    } else if (first === undefined) life.append({ type: "workflow_queued" });
    if (mayRun) life.append({ type: again });
    if (!mayRun) life.queue();
    else if (hadProgram) life.beginElsewhere();
    else life.begin();
    return "done";
  }

  /** False when there is no room for it. */
  sendEvent(type: string, payload: Uint8Array | null): boolean | undefined {
    const life = this.#life;
    if (this.#missing()) return undefined;
    if (isFinished(life.row.status)) return true;
    if (!life.journal.hasRoom(payload?.byteLength ?? 0)) return false;
    life.journal.send(type, payload);
    if (life.run !== undefined && life.row.status !== "waiting") life.run.deliver(type);
    else if (this.#isWaitedFor(type)) life.wake((run) => run.deliver(type));
    return true;
  }

  async delete(): Promise<true | undefined> {
    const life = this.#life;
    if (this.#missing()) return undefined;
    life.run?.end();
    this.#admission.leave(life.row.id);
    life.record.forget();
    await this.#context.storage.deleteAlarm();
    await this.#context.storage.deleteAll();
    life.awake.end("cut");
    return true;
  }

  /** The deadline of a sleep, a retry or a wait; the recovery of a run; the end of the retention. */
  async alarm(): Promise<void> {
    const { awake } = this.#life;
    awake.alarmRang();
    try {
      await this.#rang();
      await awake.untilRest();
    } finally {
      awake.alarmOver();
    }
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

  async #rang(): Promise<void> {
    const life = this.#life;
    if (this.#missing()) return;
    const known = this.#queueKnown();
    if (known !== undefined && !(await life.awake.hears(known))) return;
    if (this.#missing()) return;
    const { status } = life.row;
    if (isFinished(status)) {
      if (life.expiry <= life.now) await this.delete();
      else life.awake.wakeAt(life.expiry);
      return;
    }
    if (status === "waitingForPause" && life.run === undefined) life.pauseNow();
    else if (status === "rollingBack") {
      life.rollback.rang();
    } else if (status === "queued") {
      await life.keepQueued();
    } else if (status === "waiting") life.wake((run) => run.due(life.now));
    else if (status !== "paused" && life.run === undefined) life.start();
    else life.run?.due(life.now);
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
