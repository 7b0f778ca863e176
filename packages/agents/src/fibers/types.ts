/** What a fiber's code gets. */
export type FiberContext = {
  id: string;
  /** Aborts when the fiber is cancelled. */
  signal: AbortSignal;
  /** Stores how far the work is, in place of what was stored before. */
  stash(data: unknown): void;
  /** Always null: what was stored goes to `onFiberRecovered`. */
  snapshot: unknown | null;
};

/** Where a fiber stands. */
export type FiberStatus = "pending" | "running" | "completed" | "aborted" | "interrupted" | "error";

/** Options of `startFiber`. */
export type StartFiberOptions = {
  /** Default: generated. A fiber with this id is joined. */
  fiberId?: string;
  /** Fibers that are started with the same key are one fiber. */
  idempotencyKey?: string;
  /** Kept with the fiber. */
  metadata?: Record<string, unknown>;
  /** Wait for the end of the fiber. Default false. */
  waitForCompletion?: boolean;
};

/** A fiber as it stands. Times are milliseconds since the Unix epoch. */
export type FiberInspection = {
  fiberId: string;
  name: string;
  idempotencyKey?: string;
  status: FiberStatus;
  snapshot?: unknown;
  error?: string;
  metadata?: Record<string, unknown>;
  createdAt: number;
  startedAt?: number;
  settledAt?: number;
};

/** Says that a fiber is stored. */
export type StartFiberResult = FiberInspection & {
  /** False when a fiber of this id or key was there already. */
  accepted: boolean;
};

/** What became of an interrupted fiber. */
export type FiberRecoveryResult =
  | { status: "completed"; snapshot?: unknown; metadata?: Record<string, unknown> }
  | { status: "error"; error?: unknown; snapshot?: unknown }
  | { status: "aborted"; reason?: string; snapshot?: unknown }
  | { status: "interrupted"; reason?: string; snapshot?: unknown };

/** Filters of `listFibers`. */
export type ListFibersOptions = {
  status?: FiberStatus | FiberStatus[];
  name?: string;
  /** From 1 to 100. Default 50. */
  limit?: number;
};

/** Which fibers to delete; those that run never are. */
export type DeleteFibersOptions = {
  /** Default: completed, aborted and error. */
  status?: FiberStatus | FiberStatus[];
  settledBefore?: Date;
  /** From 1 to 500, oldest first. Default 100. */
  limit?: number;
};

/** An interrupted fiber, as `onFiberRecovered` gets it. */
export type FiberRecoveryContext = {
  id: string;
  name: string;
  /** `interrupted`; only of fibers that `startFiber` began. */
  status?: FiberStatus;
  idempotencyKey?: string;
  metadata?: Record<string, unknown> | null;
  /** What was stashed last; null when nothing was. */
  snapshot: unknown | null;
  /** When the fiber began, in milliseconds since the Unix epoch. */
  createdAt: number;
  recoveryReason: "interrupted";
  [key: string]: unknown;
};
