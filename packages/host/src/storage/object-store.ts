import type { ListedObject } from "../bindings/package-class.ts";
import type { Files } from "../files.ts";
import type { ObjectJournal } from "../journal/journal.ts";
import type { ObjectKey } from "../objects/key.ts";
import type { FacetPath } from "./facet-numbers.ts";

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

/** The store of a facet. */
export interface FacetStore extends ObjectStore {
  /**
   * What it holds, as the bytes of a file: everything that is committed. `undefined` when it holds
   * nothing. To be called when no transaction is open.
   */
  image(): Uint8Array | undefined;
  /** Whether a transaction is open that `commit` does not end. */
  readonly isInTransaction: boolean;
}

/** A file that is in use. */
export interface OpenFile {
  /** Copies what is committed, while it is in use. */
  copyTo(path: string): Promise<void>;
  /** A sync of it has failed. */
  lose(error: Error): void;
  close(): Promise<void>;
}

/** The file of a facet, for a database that somebody else opens. */
export interface LentFile {
  readonly key: ObjectKey;
  readonly path: string;
  readonly files: Files;
  /** Prepared. Whoever borrows the file MUST release it, and then call `closed`. */
  readonly journal: ObjectJournal;
  closed(): void;
  /** The facet has storage from now on. Resolves when the catalogue knows. */
  register(): Promise<void> | undefined;
}

/** What a facet has stored, and those below it, by their paths from it. */
export type FacetImages = readonly { readonly path: FacetPath; readonly image: Uint8Array }[];

/**
 * The stores of one object's facets. Whoever uses it MUST NOT have two stores of one facet open, and
 * MUST close those that are about to be erased or written over.
 */
export interface FacetStores {
  open(path: FacetPath, host: ObjectStoreHost): Promise<FacetStore>;
  /** In the place of `open`, with the same rules. */
  lend(path: FacetPath): Promise<LentFile>;
  /** The facets at a path (it first) and below that have been given a place. */
  below(path: FacetPath): readonly FacetPath[];
  /** What a facet that is not open has stored. */
  read(path: FacetPath): Promise<Uint8Array | undefined>;
  /** Erases a facet and all below it; with an empty path all facets. Resolves when that is durable. */
  erase(path: FacetPath): Promise<void>;
  /** Gives a facet without storage, and those below it, what others hold. Resolves when durable. */
  write(path: FacetPath, images: FacetImages): Promise<void>;
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
  /**
   * Whether `setAlarm` is allowed: the class has an `alarm` handler, or the constructor still runs.
   *
   * @throws when there is another reason why it is not.
   */
  mayHaveAlarm(): boolean;
  /** Everything in this store was deleted: what belongs to it goes as well. */
  onDeleteAll?(): void;
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
  /** The stores of an object's facets. To be asked for once while any of them is in use. */
  facets(key: ObjectKey, name: () => string | undefined): FacetStores;
  /** The name of an object that the catalogue knows. */
  nameOf(key: ObjectKey): string | undefined;
  /** All ids of a namespace that have storage. */
  list(namespace: string): string[];
  /** Named objects of a namespace that have storage: the youngest first, after one of them. */
  page(namespace: string, limit: number, after: ListedObject | undefined): readonly ListedObject[];
  close(): Promise<void>;
}
