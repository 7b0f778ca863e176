import type { Clock } from "../clock.ts";
import { FreeholdError, messageOf } from "../errors.ts";
import type { LifecycleJobs } from "../jobs/job.ts";
import type { Emit } from "../observability/events.ts";
import {
  type FiberRow,
  type FiberRunRow,
  isRecord,
  isTerminal,
  nextLook,
  parsed,
  resolutionOf,
} from "./decide.ts";
import type { FiberNote, Fibers } from "./fibers.ts";
import type { FiberStore } from "./store.ts";
import type { FiberRecoveryContext, FiberRecoveryResult, FiberStatus } from "./types.ts";

/** Id and name of the job that looks for interrupted fibers. */
const HOUSEKEEPING_ID = "cf:housekeeping";
export const HOUSEKEEPING_FN = "housekeeping";

/** How long recovery may take, in milliseconds. */
export interface RecoveryLimits {
  /** For the SDK's own hook. */
  readonly fiberRecoveryHookTimeoutMs: number;
  /** For one look at all fibers; the rest waits for the next. */
  readonly fiberRecoveryScanDeadlineMs: number;
  /** How old a fiber may get whose recovery fails again and again; 0 for any age. */
  readonly fiberRecoveryMaxAgeMs: number;
  readonly keepAliveIntervalMs: number;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a hook may do without a return statement
type HookResult = void | FiberRecoveryResult;

/** What recovering fibers needs. */
export interface RecoveryPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly store: FiberStore;
  readonly fibers: Fibers;
  readonly limits: RecoveryLimits;
  /** The host's own jobs. */
  readonly jobs: () => LifecycleJobs;
  /** The SDK's own hook; true when the fiber was one of its own. */
  recoverInternally(context: FiberRecoveryContext): Promise<boolean>;
  recover(context: FiberRecoveryContext): Promise<HookResult>;
}

/** An interrupted fiber: its run, and its record if it has one. */
interface Orphan {
  readonly note: FiberNote;
  readonly createdAt: number;
  readonly snapshot: string | null;
  readonly fiber: FiberRow | undefined;
}

/** Finds fibers that earlier lives of the object left, and asks what is to become of them. */
export class FiberRecovery {
  readonly #ports: RecoveryPorts;
  #scan: Promise<void> | undefined;
  /**
   * Looks in a row that came to nothing while there was something to do; undefined until they are
   * read from the housekeeping job, which keeps them over the lives of the object.
   */
  #fruitless: number | undefined;
  /** When to look again, while there is something to do; the housekeeping job comes then. */
  #nextAt: number | undefined;

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
  }

  /**
   * Looks once; who asks meanwhile waits for the same look. What was tried in vain is left alone until
   * its time has come, whatever alarms come before.
   */
  async look(): Promise<void> {
    const isEarly = this.#nextAt !== undefined && this.#ports.clock.now() < this.#nextAt;
    if (isEarly && !this.#scan) return;
    this.#scan ??= this.#look().finally(() => {
      this.#scan = undefined;
    });
    await this.#scan;
  }

  /** Looks; then the ids of the runs that are left, and of those whose code runs now. */
  async check(): Promise<readonly string[]> {
    await this.look();
    return this.#ports.store.runs().map(({ id }) => id);
  }

  async #look(): Promise<void> {
    const progress = await this.#recoverAll();
    const { clock, jobs, limits } = this.#ports;
    const isPending = this.#leftRuns().length > 0 || this.#leftFibers().length > 0;
    if (!isPending) {
      this.#fruitless = 0;
      // A job of an earlier life ends itself when it comes.
      if (this.#nextAt !== undefined) await jobs().cancel(HOUSEKEEPING_ID);
      this.#nextAt = undefined;
      return;
    }
    const before = this.#fruitless ?? fruitlessIn(jobs().get(HOUSEKEEPING_ID)?.payload);
    const fruitless = progress ? 0 : before + 1;
    this.#fruitless = fruitless;
    const time = nextLook(fruitless, limits.keepAliveIntervalMs, clock.now());
    this.#nextAt = time;
    const payload = { fruitless };
    await jobs().push({ id: HOUSEKEEPING_ID, fn: HOUSEKEEPING_FN, time, payload });
  }

  /** Whether any fiber was dealt with. */
  async #recoverAll(): Promise<boolean> {
    const { clock, emit, limits } = this.#ports;
    const begun = clock.now();
    let progress = false;
    const isLate = ({ note, createdAt }: Orphan): boolean => {
      if (clock.now() - begun <= limits.fiberRecoveryScanDeadlineMs) return false;
      const { fiberId, fiberName } = note;
      const elapsedMs = clock.now() - createdAt;
      emit("fiber:recovery:skipped", {
        ...{ fiberId, fiberName, reason: "scan_deadline_exceeded", elapsedMs },
      });
      return true;
    };
    for (const run of this.#leftRuns()) {
      const orphan = this.#orphanOfRun(run);
      if (isLate(orphan)) return progress;
      progress = this.#isOver(run, orphan) || (await this.#recover(orphan)) || progress;
    }
    for (const fiber of this.#leftFibers()) {
      const orphan = orphanOfFiber(fiber);
      if (isLate(orphan)) return progress;
      // Until it is dealt with it has a run again, so that this may end half-way as well.
      const { fiber_id: id, name, snapshot, created_at: createdAt } = fiber;
      this.#ports.store.addRun(id, name, snapshot, createdAt);
      progress = (await this.#recover(orphan)) || progress;
    }
    return progress;
  }

  #leftRuns(): FiberRunRow[] {
    const { fibers, store } = this.#ports;
    return store.runs().filter(({ id }) => !fibers.isRunning(id));
  }

  /** Fibers that count as running, though nothing of their runs is left. */
  #leftFibers(): FiberRow[] {
    const { fibers, store } = this.#ports;
    const open = store.openFibers().filter(({ fiber_id }) => !fibers.isRunning(fiber_id));
    if (open.length === 0) return open;
    const runs = new Set(store.runs().map(({ id }) => id));
    return open.filter(({ fiber_id }) => !runs.has(fiber_id));
  }

  #orphanOfRun(run: FiberRunRow): Orphan {
    const fiber = this.#ports.store.fiber(run.id);
    const note = { fiberId: run.id, fiberName: run.name, managed: fiber !== undefined };
    return { note, createdAt: run.created_at, snapshot: run.snapshot, fiber };
  }

  /** Takes away the mark of a fiber that had come to its end. */
  #isOver(run: FiberRunRow, { fiber }: Orphan): boolean {
    const { fibers, store } = this.#ports;
    // Rows of old versions lack the column.
    const isDone = (run.completed_at ?? null) !== null;
    if (!isDone && !(fiber && isTerminal(fiber))) return false;
    if (isDone && fiber) {
      const status = (run.outcome ?? "completed") as FiberStatus;
      store.settle(run.id, status, run.error_message, run.completed_at ?? 0);
    }
    store.removeRun(run.id);
    fibers.wake(run.id);
    return true;
  }

  /** Whether the fiber was dealt with; one whose hook fails is kept for another look. */
  async #recover(orphan: Orphan): Promise<boolean> {
    const { clock, emit, store } = this.#ports;
    const { createdAt, fiber, note } = orphan;
    const reason = { recoveryReason: "interrupted" } as const;
    const elapsedMs = clock.now() - createdAt;
    emit("fiber:recovery:detected", { ...note, ...reason, elapsedMs });
    emit("fiber:run:interrupted", { ...note, ...reason, elapsedMs });
    if (fiber) store.interrupt(note.fiberId, orphan.snapshot, clock.now());
    emit("fiber:recovery:attempt", { ...note, ...reason });
    const begun = clock.now();
    try {
      const status = await this.#ask(orphan);
      const took = clock.now() - begun;
      emit("fiber:recovery:handled", { ...note, ...reason, elapsedMs: took, status });
    } catch (error) {
      return this.#failed(orphan, error, begun);
    }
    this.#forget(orphan);
    return true;
  }

  /** Who dealt with the fiber. */
  async #ask(orphan: Orphan): Promise<"internal" | "managed" | "user"> {
    const { clock, recover, store } = this.#ports;
    const { fiber, note } = orphan;
    const context = contextOf(orphan);
    if (await this.#askInternally(context)) return "internal";
    const result = await recover(context);
    if (!fiber) return "user";
    if (result !== undefined && result !== null) {
      const resolution = resolutionOf(result);
      if (!resolution) {
        throw new FreeholdError(
          "invalid_fiber",
          "onFiberRecovered returned something other than a result",
          { help: "Return nothing, or an object whose status says what became of the fiber." },
        );
      }
      store.resolve(note.fiberId, resolution, clock.now());
    }
    return "managed";
  }

  async #askInternally(context: FiberRecoveryContext): Promise<boolean> {
    const { clock, limits, recoverInternally } = this.#ports;
    const { fiberRecoveryHookTimeoutMs: timeout } = limits;
    const { promise, reject } = Promise.withResolvers<never>();
    const forget = clock.after(timeout, () => {
      const message = `Fiber recovery hook timed out after ${timeout}ms for "${context.name}" (${context.id})`;
      reject(new FreeholdError("fiber_recovery_timeout", message));
    });
    return Promise.race([recoverInternally(context), promise]).finally(forget);
  }

  /** Whether the fiber was dealt with all the same. */
  #failed(orphan: Orphan, error: unknown, begun: number): boolean {
    const { clock, emit, limits, store } = this.#ports;
    const { createdAt, fiber, note } = orphan;
    const { fiberId, fiberName } = note;
    console.error(`[Agent] Fiber recovery failed for "${fiberName}" (${fiberId}):`, error);
    const now = clock.now();
    emit("fiber:recovery:failed", {
      ...{ ...note, recoveryReason: "interrupted", elapsedMs: now - begun },
      ...{ error: messageOf(error), reason: "handler_error" },
    });
    if (fiber) {
      const resolution = { status: "error", error: messageOf(error) } as const;
      store.resolve(fiberId, { ...resolution, snapshot: undefined, metadata: undefined }, now);
      this.#forget(orphan);
      return true;
    }
    const age = now - createdAt;
    const { fiberRecoveryMaxAgeMs: maxAge } = limits;
    if (maxAge <= 0 || age <= maxAge) return false;
    emit("fiber:recovery:skipped", {
      ...{ fiberId, fiberName, reason: "max_age_exceeded", elapsedMs: age },
    });
    this.#forget(orphan);
    return true;
  }

  #forget({ note }: Orphan): void {
    this.#ports.store.removeRun(note.fiberId);
    this.#ports.fibers.wake(note.fiberId);
  }
}

/** Jobs of the published SDK carry nothing. */
function fruitlessIn(payload: unknown): number {
  const { fruitless } = (payload ?? {}) as { fruitless?: unknown };
  return typeof fruitless === "number" ? fruitless : 0;
}

function orphanOfFiber(fiber: FiberRow): Orphan {
  const { fiber_id: fiberId, name: fiberName, snapshot } = fiber;
  const note = { fiberId, fiberName, managed: true };
  return { note, createdAt: fiber.created_at, snapshot, fiber };
}

function contextOf({ createdAt, fiber, note, snapshot }: Orphan): FiberRecoveryContext {
  const value = parsed(snapshot);
  if (snapshot !== null && value === undefined) {
    console.warn(`[Agent] Corrupted snapshot for fiber ${note.fiberId}, treating as null`);
  }
  const context: FiberRecoveryContext = {
    ...{ id: note.fiberId, name: note.fiberName, snapshot: value ?? null, createdAt },
    recoveryReason: "interrupted",
  };
  if (!fiber) return context;
  const metadata = parsed(fiber.metadata_json);
  if (fiber.idempotency_key !== null) context.idempotencyKey = fiber.idempotency_key;
  context.metadata = isRecord(metadata) ? metadata : null;
  context.status = "interrupted";
  return context;
}
