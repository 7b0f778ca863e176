import type { RetryOptions } from "../retry/options.ts";

/** Work that waits for its turn. */
export type QueueItem<T = unknown> = {
  id: string;
  /** Name of the callback that runs. */
  callback: string;
  payload: T;
  /** Seconds since the Unix epoch. */
  createdAt: number;
  retry?: RetryOptions;
};

/** Constraint of a queue's callbacks: each gets its payload and the item whose turn it is. */
export type QueueHandlers = Record<string, (payload: never, item: never) => unknown>;

/** The callbacks of a queue that names none: any name, any payload. */
export type QueueCallbacks = Record<
  string,
  (payload: unknown, item: QueueItem<unknown>) => unknown
>;

/** What a callback takes as payload. */
export type QueuePayload<Handler> = Handler extends (
  payload: infer Payload,
  ...rest: never[]
) => unknown
  ? Payload
  : never;

/** Options of one item. */
export type QueuePushOptions = {
  /** Pushing an id that waits already replaces that item and keeps its place. */
  id?: string;
  retry?: RetryOptions;
};

/** Filters of a list. */
export type QueueCriteria = {
  /** Only items of this callback. */
  callback?: string;
};

/** What a queue tells of. */
export type QueueEventType = "queue:create" | "queue:retry" | "queue:error";

/** What a queue runs, and how. */
export interface QueueOptions<Handlers extends QueueHandlers = QueueCallbacks> {
  /** What can be pushed, by the name that is stored. Give them at every start. */
  readonly callbacks?: Handlers;
  /** Retries of callbacks that fail. Default 3 attempts, 100 ms, at most 3000 ms. */
  readonly retry?: RetryOptions;
  /** Told of an item that failed for good; runs outside the host's context. */
  readonly onError?: (error: unknown) => void | Promise<void>;
}
