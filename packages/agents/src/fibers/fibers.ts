import type { Clock } from "../clock.ts";
import { FreeholdError, messageOf } from "../errors.ts";
import type { Emit } from "../observability/events.ts";
import type { Random } from "../random.ts";
import { withinFiber } from "./current.ts";
import {
  clamp,
  type FiberRow,
  inspectionOf,
  isOpen,
  json,
  resolutionOf,
  statusesOf,
} from "./decide.ts";
import type { FiberStore } from "./store.ts";
import type {
  DeleteFibersOptions,
  FiberContext,
  FiberInspection,
  FiberRecoveryResult,
  FiberStatus,
  ListFibersOptions,
  StartFiberOptions,
  StartFiberResult,
} from "./types.ts";

/** Tells the object that has the alarm that a fiber runs in this one, and that it no longer does. */
export interface FiberLease {
  acquire(fiberId: string): Promise<void>;
  release(fiberId: string): Promise<void>;
}

/** What running fibers needs. */
export interface FiberPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly store: FiberStore;
  /** Keeps the object awake until the returned function is called. */
  hold(): Promise<() => void>;
  /** Only for an object whose alarm is another's. */
  readonly lease?: FiberLease | undefined;
}

/** How chat runs fibers. */
export interface FiberRunOptions {
  /** Stored with the new run. */
  readonly initialSnapshot?: unknown;
  /** What is stored in place of what is stashed. */
  readonly wrapStash?: (data: unknown) => unknown;
}

type Code<T> = (context: FiberContext) => Promise<T>;

/** A fiber whose code runs in this life of the object. */
interface Running {
  readonly controller: AbortController;
}

/** What is told of a fiber. */
export interface FiberNote {
  readonly fiberId: string;
  readonly fiberName: string;
  readonly managed: boolean;
}

const TERMINAL = ["completed", "aborted", "error"] as const;

/**
 * Work that leaves a mark while it runs, so that a later life of the object knows of it. `run` is
 * for a caller that waits; `start` keeps a record that can be looked at, joined and cancelled.
 */
export class Fibers {
  readonly #ports: FiberPorts;
  readonly #running = new Map<string, Running>();
  readonly #waiters = new Map<string, (() => void)[]>();

  constructor(ports: FiberPorts) {
    this.#ports = ports;
  }

  /** Whether a fiber's code runs in this life of the object. */
  isRunning(id: string): boolean {
    return this.#running.has(id);
  }

  /** Runs `code`, and gives what it comes to. Not repeated when it fails. */
  run<T>(name: string, code: Code<T>, options: FiberRunOptions = {}): Promise<T> {
    return this.#run(this.#ports.random.id(), name, code, { ...options, managed: false });
  }

  /** Stores a fiber and begins it. @throws FreeholdError `invalid_fiber`. */
  async start(
    name: string,
    code: Code<void>,
    options: StartFiberOptions = {},
  ): Promise<StartFiberResult> {
    const { idempotencyKey = null, metadata, waitForCompletion = false } = options;
    refuseBlank({ fiberId: options.fiberId, idempotencyKey: options.idempotencyKey });
    const found = this.#find(options);
    if (found) {
      const row = waitForCompletion ? await this.#ended(found.fiber_id) : found;
      return { ...inspectionOf(row), accepted: false };
    }
    const { clock, random, store } = this.#ports;
    const id = options.fiberId ?? random.id();
    const metadataJson = metadata === undefined ? null : json(metadata);
    const row = {
      fiber_id: id,
      idempotency_key: idempotencyKey,
      name,
      metadata_json: metadataJson,
    };
    store.addFiber(row, clock.now());
    const accepted = inspectionOf(this.#row(id));
    store.markRunning(id, clock.now());
    this.#run(id, name, code, { managed: true }).catch((error: unknown) =>
      console.error(`Fiber "${name}" (${id}) failed:`, error),
    );
    if (!waitForCompletion) return { ...accepted, accepted: true };
    return { ...inspectionOf(await this.#ended(id)), accepted: true };
  }

  inspect(id: string): FiberInspection | null {
    const row = this.#ports.store.fiber(id);
    return row ? inspectionOf(row) : null;
  }

  inspectByKey(key: string): FiberInspection | null {
    const row = this.#ports.store.fiberByKey(key);
    return row ? inspectionOf(row) : null;
  }

  list(options: ListFibersOptions = {}): FiberInspection[] {
    const statuses = statusesOf(options.status);
    if (options.status !== undefined && statuses.length === 0) return [];
    const limit = clamp(options.limit, 50, 100);
    return this.#ports.store.list({ statuses, name: options.name, limit }).map(inspectionOf);
  }

  /** Ends a fiber that runs. Its code is told; what it does from now on no longer counts. */
  cancel(id: string, reason?: string): boolean {
    const { clock, store } = this.#ports;
    const row = store.fiber(id);
    if (!row || !store.settle(id, "aborted", reason ?? null, clock.now())) return false;
    this.#running.get(id)?.controller.abort(reason);
    this.wake(id);
    return true;
  }

  cancelByKey(key: string, reason?: string): boolean {
    const row = this.#ports.store.fiberByKey(key);
    return row !== undefined && this.cancel(row.fiber_id, reason);
  }

  /** Says what became of an interrupted fiber. @throws FreeholdError `invalid_fiber`. */
  resolve(id: string, result: FiberRecoveryResult): boolean {
    const resolution = resolutionOf(result);
    if (!resolution)
      throw invalid("A fiber is resolved as completed, error, aborted or interrupted");
    const { clock, store } = this.#ports;
    return store.resolve(id, resolution, clock.now());
  }

  /** Deletes fibers that have ended; returns how many. */
  delete(options: DeleteFibersOptions = {}): number {
    const asked = options.status === undefined ? [...TERMINAL] : statusesOf(options.status);
    const statuses = asked.filter((status) => !isOpen({ status }));
    if (statuses.length === 0) return 0;
    const settledBefore = options.settledBefore?.getTime();
    if (settledBefore !== undefined && Number.isNaN(settledBefore)) {
      throw invalid("settledBefore must be a valid date");
    }
    return this.#ports.store.remove({
      ...{ statuses, settledBefore, limit: clamp(options.limit, 100, 500) },
    });
  }

  /** A fiber has ended: tells those who wait for it. */
  wake(id: string): void {
    const waiters = this.#waiters.get(id) ?? [];
    this.#waiters.delete(id);
    for (const waiter of waiters) waiter();
  }

  async #run<T>(
    id: string,
    name: string,
    code: Code<T>,
    options: FiberRunOptions & { readonly managed: boolean },
  ): Promise<T> {
    const { clock, emit, hold, lease, store } = this.#ports;
    const { initialSnapshot, managed, wrapStash } = options;
    const note: FiberNote = { fiberId: id, fiberName: name, managed };
    const begun = clock.now();
    store.addRun(id, name, initialSnapshot === undefined ? null : json(initialSnapshot), begun);
    const controller = new AbortController();
    this.#running.set(id, { controller });
    let release: (() => void) | undefined;
    let failure: { readonly error: unknown } | undefined;
    try {
      emit("fiber:run:started", { ...note });
      await lease?.acquire(id);
      release = await hold();
      const stash = (data: unknown): void => {
        // Of a fiber that has ended nothing is kept.
        if (!this.#running.has(id)) return;
        store.stash(id, json(wrapStash ? wrapStash(data) : data), managed);
      };
      const { signal } = controller;
      return await withinFiber({ id, signal, stash }, async () =>
        code({ id, signal, stash, snapshot: null }),
      );
    } catch (error) {
      failure = { error };
      throw error;
    } finally {
      this.#end(note, failure);
      const elapsedMs = clock.now() - begun;
      if (failure) {
        emit("fiber:run:failed", { ...note, error: messageOf(failure.error), elapsedMs });
      } else emit("fiber:run:completed", { ...note, elapsedMs });
      release?.();
      await lease?.release(id).catch(reportLease);
    }
  }

  /** Records how a fiber ended, and takes its mark away, in one turn. */
  #end(
    { fiberId: id, fiberName, managed }: FiberNote,
    failure?: { readonly error: unknown },
  ): void {
    const { clock, store } = this.#ports;
    const isAborted = this.#running.get(id)?.controller.signal.aborted ?? false;
    const outcome: FiberStatus = isAborted ? "aborted" : failure ? "error" : "completed";
    const message = failure && !isAborted ? messageOf(failure.error) : null;
    try {
      if (managed) store.settle(id, outcome, message, clock.now());
      store.removeRun(id);
    } catch (error) {
      console.error(
        `[Agent] Failed to finalize fiber "${fiberName}" (${id}); leaving run row for recovery:`,
        error,
      );
      this.#stamp(id, outcome, message);
    } finally {
      this.#running.delete(id);
      this.wake(id);
    }
  }

  #stamp(id: string, outcome: string, message: string | null): void {
    try {
      this.#ports.store.stampRun(id, outcome, message, this.#ports.clock.now());
    } catch (error) {
      console.error(`Fiber ${id} counts as interrupted:`, error);
    }
  }

  /** The fiber that a new one is the same as. */
  #find({ fiberId, idempotencyKey }: StartFiberOptions): FiberRow | undefined {
    const { store } = this.#ports;
    const byKey = idempotencyKey === undefined ? undefined : store.fiberByKey(idempotencyKey);
    if (byKey && fiberId !== undefined && byKey.fiber_id !== fiberId) {
      throw invalid("fiberId and idempotencyKey refer to different fibers");
    }
    return byKey ?? (fiberId === undefined ? undefined : store.fiber(fiberId));
  }

  /** Resolves when a fiber no longer counts as running. */
  async #ended(id: string): Promise<FiberRow> {
    for (;;) {
      const row = this.#row(id);
      if (!isOpen(row)) return row;
      await new Promise<void>((resolve) => {
        this.#waiters.set(id, [...(this.#waiters.get(id) ?? []), resolve]);
      });
    }
  }

  #row(id: string): FiberRow {
    const row = this.#ports.store.fiber(id);
    if (row) return row;
    throw new FreeholdError("fiber_gone", `Fiber ${id} no longer exists`);
  }
}

function refuseBlank(ids: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(ids)) {
    if (value === undefined) continue;
    if (typeof value !== "string" || value.trim() === "")
      throw invalid(`${name} must not be blank`);
  }
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_fiber", message);
}

function reportLease(error: unknown): void {
  console.error("The end of a fiber could not be told:", error);
}
