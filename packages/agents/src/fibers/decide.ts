import { messageOf } from "../errors.ts";
import type { FiberInspection, FiberRecoveryResult, FiberStatus } from "./types.ts";

/** Decisions about fibers, as pure functions. Times are milliseconds. */

/** A fiber of `startFiber`, as it is stored. */
export interface FiberRow {
  fiber_id: string;
  idempotency_key: string | null;
  name: string;
  status: FiberStatus;
  snapshot: string | null;
  metadata_json: string | null;
  error_message: string | null;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
}

/** A fiber that runs, or was left by a life of the object that ended. */
export interface FiberRunRow {
  id: string;
  name: string;
  snapshot: string | null;
  created_at: number;
  completed_at: number | null;
  outcome: string | null;
  error_message: string | null;
}

const STATUSES: ReadonlySet<unknown> = new Set<FiberStatus>([
  ...(["pending", "running", "completed"] as const),
  ...(["aborted", "interrupted", "error"] as const),
]);

/** Whether a fiber may still run. */
export function isOpen({ status }: { readonly status: FiberStatus }): boolean {
  return status === "pending" || status === "running";
}

/** Whether somebody has to be told, or asked, what became of a fiber: never again. */
export function isTerminal({ status }: { readonly status: FiberStatus }): boolean {
  return !isOpen({ status }) && status !== "interrupted";
}

/** A fiber as its readers see it. */
export function inspectionOf(row: FiberRow): FiberInspection {
  const { fiber_id: fiberId, name, status, created_at: createdAt } = row;
  const metadata = parsed(row.metadata_json);
  return {
    ...{ fiberId, name, status, createdAt },
    ...(row.idempotency_key === null ? {} : { idempotencyKey: row.idempotency_key }),
    ...(row.snapshot === null ? {} : { snapshot: parsed(row.snapshot) }),
    ...(row.error_message === null ? {} : { error: row.error_message }),
    ...(isRecord(metadata) ? { metadata } : {}),
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.completed_at === null ? {} : { settledAt: row.completed_at }),
  };
}

/** What a result of a recovery changes in the row. */
export interface Resolution {
  readonly status: FiberStatus;
  readonly error: string | null;
  /** Undefined leaves what is stored. */
  readonly snapshot: string | null | undefined;
  readonly metadata: string | null | undefined;
}

/** The change that a result asks for; undefined when it is none. */
export function resolutionOf(result: unknown): Resolution | undefined {
  if (!isRecord(result)) return undefined;
  const { error, metadata, reason, snapshot, status } = result as Partial<
    Record<keyof (FiberRecoveryResult & { error: 1; metadata: 1; reason: 1 }), unknown>
  >;
  const changed = (value: unknown) => (value === undefined ? undefined : json(value));
  const kept = { snapshot: changed(snapshot), metadata: undefined };
  switch (status) {
    case "completed":
      return { ...kept, status, error: null, metadata: changed(metadata) };
    case "error":
      return { ...kept, status, error: error === undefined ? null : messageOf(error) };
    case "aborted":
    case "interrupted":
      return { ...kept, status, error: reason === undefined ? null : String(reason) };
    default:
      return undefined;
  }
}

/** The statuses of a filter, without anything that is none. */
export function statusesOf(
  filter: FiberStatus | readonly FiberStatus[] | undefined,
): FiberStatus[] {
  const asked = filter === undefined ? [] : [filter].flat();
  return asked.filter((status) => STATUSES.has(status)) as FiberStatus[];
}

export function clamp(value: number | undefined, fallback: number, most: number): number {
  const number = Math.floor(value ?? fallback);
  return Number.isNaN(number) ? fallback : Math.min(most, Math.max(1, number));
}

/** Longest time between two looks at fibers whose recovery fails. */
const MAX_BACK_OFF_MS = 300_000;

/** When to look again, after so many looks in a row that came to nothing. */
export function nextLook(fruitless: number, intervalMs: number, now: number): number {
  return now + Math.min(MAX_BACK_OFF_MS, intervalMs * 2 ** Math.min(fruitless, 20));
}

/** The JSON text of a value; null for what has none. @throws what `JSON.stringify` throws. */
export function json(value: unknown): string | null {
  return JSON.stringify(value) ?? null;
}

/** The value of a JSON text; undefined when it cannot be read. */
export function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
