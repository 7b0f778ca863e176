import type { ObjectKey } from "../objects/key.ts";

/**
 * The database of one activation. Owned by the activation, which opens it while it starts and closes
 * it when it ends; there is never a second one for the same key.
 *
 * Writes join an implicit transaction that opens with the first write of a turn. The activation ends
 * the turn with {@link commit}.
 */
export interface ObjectStore {
  /** What user code sees as `ctx.storage`. */
  readonly api: object;
  /** The alarm as it stands, uncommitted changes included: milliseconds since the epoch. */
  readonly alarm: number | null;
  /**
   * Ends the turn: commits what was written since the last call. Costs nothing when nothing was.
   * While the alarm was moved earlier than the alarm index knows, the commit is put off until the
   * index is durable; later turns then join the same transaction.
   *
   * @throws the storage failure, after which the activation must be broken.
   */
  commit(): void;
  /**
   * Everything written before this call is durable when the promise resolves; `undefined` when it
   * already is. Implies {@link commit}. A rejection means that the activation must be broken.
   */
  durable(): Promise<void> | undefined;
  /**
   * The alarm handler is about to run: `getAlarm()` answers null unless the handler sets a new one.
   * The alarm itself stays stored until {@link endAlarm}, so that a crash runs it again.
   */
  beginAlarm(): void;
  /** The alarm handler ended. `keep` leaves the alarm stored for another try. */
  endAlarm(outcome: "done" | "keep"): void;
  /** From now on every call on `api` throws `reason`, and what is not committed is rolled back. */
  break(reason: unknown): void;
  /** Commits nothing: the activation has done so. Closes the file when it was open. */
  close(): Promise<void>;
}

/** What a store tells and asks its activation. */
export interface ObjectStoreHost {
  /** The first write since the last commit: the activation calls `commit` when the turn ends. */
  onFirstWrite(): void;
  /**
   * The store failed outside of a call (a sync, or a commit that was put off): the activation must
   * be broken with this error.
   */
  onFailure(error: Error): void;
  /** Whether `setAlarm` is allowed: the class has an `alarm` handler, or the constructor still runs. */
  mayHaveAlarm(): boolean;
  /** Runs `callback` as `blockConcurrencyWhile` does, for the asynchronous `transaction()`. */
  exclusively<T>(callback: () => Promise<T>): Promise<T>;
}

/** Opens stores. One per host. */
export interface ObjectStores {
  /**
   * @param name the object's name when it has one: it is kept in the catalogue with the first write.
   * @returns at once when nothing has to be waited for.
   */
  open(
    key: ObjectKey,
    name: string | undefined,
    host: ObjectStoreHost,
  ): ObjectStore | Promise<ObjectStore>;
  /** The name of an object that the catalogue knows. */
  nameOf(key: ObjectKey): string | undefined;
  /** All ids of a namespace that have storage. */
  list(namespace: string): string[];
  close(): Promise<void>;
}
