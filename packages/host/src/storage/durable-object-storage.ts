import { storageErrors } from "../contract-errors.ts";
import type { ObjectRecovery } from "../journal/history/recovery.ts";
import type { Commits } from "./commits.ts";
import { DurableObjectTransaction } from "./durable-object-transaction.ts";
import { KeyValue, type KeyValueParts } from "./key-value.ts";
import { SyncKvStorage } from "./kv.ts";
import { Call } from "./kv-arguments.ts";
import type { StoreSession } from "./session.ts";
import { isObject, platformClass } from "./shape.ts";
import { SqlStorage } from "./sql.ts";

export interface StorageParts extends KeyValueParts {
  readonly session: StoreSession;
  readonly commits: Commits;
  readonly exclusively: <T>(callback: () => Promise<T>) => Promise<T>;
  readonly deleteAll: () => void;
  /** What the object's history answers; absent where none is kept. */
  readonly recovery: ObjectRecovery | undefined;
  /** Whether the class has SQL. */
  readonly hasSql: boolean;
}

/** What there is to come back to, without point-in-time recovery. */
const ZERO_BOOKMARK = "00000000-00000000-00000000-00000000000000000000000000000000";

/**
 * `ctx.storage`: SQL, keys and values, transactions and the alarm of one object.
 *
 * What one turn writes is committed as one; nothing leaves the object before that is durable.
 *
 * @example
 * ```ts
 * await ctx.storage.put("count", 1);
 * await ctx.storage.setAlarm(Date.now() + 60_000);
 * ```
 */
export class DurableObjectStorage {
  /** Keys and values without promises. */
  readonly kv: SyncKvStorage;
  /** SQL on the object's own database. */
  readonly sql: SqlStorage;
  readonly #parts: StorageParts;
  readonly #keyValue: KeyValue;

  static {
    platformClass(
      DurableObjectStorage,
      [
        ...["get", "list", "put", "delete", "deleteAll", "transaction", "getAlarm", "setAlarm"],
        ...["deleteAlarm", "sync", "transactionSync", "getCurrentBookmark", "getBookmarkForTime"],
        "onNextSessionRestoreBookmark",
      ],
      (value) => isObject(value) && #parts in value,
    );
  }

  constructor(parts: StorageParts) {
    this.#parts = parts;
    this.#keyValue = new KeyValue("DurableObjectStorage", parts);
    const sql = new SqlStorage(parts.session);
    const kv = new SyncKvStorage(parts.table);
    this.kv = parts.hasSql ? kv : refused(kv, storageErrors.syncKvNotEnabled);
    this.sql = parts.hasSql ? sql : refused(sql, storageErrors.sqlNotEnabled);
  }

  /** One value, or a `Map` of those that exist when given several keys. */
  async get(...args: unknown[]): Promise<unknown> {
    return this.#keyValue.get(args);
  }

  /** A range of entries, ordered by the UTF-8 bytes of their keys. */
  async list(...args: unknown[]): Promise<Map<string, unknown>> {
    return this.#keyValue.list(args);
  }

  async put(...args: unknown[]): Promise<void> {
    this.#keyValue.put(args);
  }

  /** Whether the key existed, or how many of several did. */
  async delete(...args: unknown[]): Promise<boolean | number> {
    return this.#keyValue.delete(args);
  }

  /** Deletes tables, keys and the alarm. The object runs on. */
  async deleteAll(...args: unknown[]): Promise<void> {
    new Call("DurableObjectStorage", "deleteAll", args).confirmed(1);
    this.#parts.deleteAll();
  }

  /** When the alarm is set for, in milliseconds since the epoch. */
  async getAlarm(...args: unknown[]): Promise<number | null> {
    return this.#keyValue.getAlarm(args);
  }

  async setAlarm(...args: unknown[]): Promise<void> {
    this.#keyValue.setAlarm(args);
  }

  async deleteAlarm(...args: unknown[]): Promise<void> {
    this.#keyValue.deleteAlarm(args);
  }

  /** Resolves when everything written before is durable. */
  async sync(): Promise<void> {
    await this.#parts.commits.settled();
  }

  /** Runs a closure while no other event runs; what it wrote is undone when it throws. */
  async transaction(...args: unknown[]): Promise<unknown> {
    const call = new Call("DurableObjectStorage", "transaction", args);
    const closure = call.callback<(transaction: DurableObjectTransaction) => unknown>();
    this.#parts.session.check();
    return await this.#parts.exclusively(async () => {
      // The caller goes on before the closure starts.
      await undefined;
      return await this.#parts.commits.asynchronously(() => runClosure(this.#parts, closure));
    });
  }

  /** The same for a closure without promises. */
  transactionSync(...args: unknown[]): unknown {
    const call = new Call("DurableObjectStorage", "transactionSync", args);
    const closure = call.callback<() => unknown>();
    this.#parts.session.check();
    return this.#parts.session.nested(closure);
  }

  /** Where the object is, with everything that was written until now. Later ones are greater texts. */
  async getCurrentBookmark(): Promise<string> {
    const { commits, recovery } = this.#parts;
    if (recovery === undefined) return ZERO_BOOKMARK;
    await commits.committed();
    return recovery.current();
  }

  /** Where the object was at a time: a `Date`, or milliseconds since the epoch. */
  async getBookmarkForTime(...args: unknown[]): Promise<string> {
    new Call("DurableObjectStorage", "getBookmarkForTime", args).require(1, "date");
    return this.#recovery.at(Number(args[0]));
  }

  /**
   * Brings the object back to a bookmark when it next starts: call `ctx.abort()` to have that at once.
   * Answers with a bookmark that takes it back.
   */
  async onNextSessionRestoreBookmark(...args: unknown[]): Promise<string> {
    const call = new Call("DurableObjectStorage", "onNextSessionRestoreBookmark", args);
    call.require(1, "string");
    await this.#parts.commits.committed();
    return await this.#recovery.restoreNext(String(args[0]));
  }

  get #recovery(): ObjectRecovery {
    if (this.#parts.recovery === undefined) throw storageErrors.noRecovery();
    return this.#parts.recovery;
  }
}

async function runClosure(
  parts: StorageParts,
  closure: (transaction: DurableObjectTransaction) => unknown,
): Promise<unknown> {
  const { session } = parts;
  const level = session.transactions.enter();
  const transaction = new DurableObjectTransaction(parts, level);
  try {
    const result = await closure(transaction);
    session.check();
    return result;
  } catch (error) {
    session.undo(level);
    throw error;
  } finally {
    transaction.end();
    session.leave(level);
  }
}

/** The members of an interface that the class was created without: each use of one fails. */
function refused<T extends object>(face: T, error: () => Error): T {
  const prototype: object = Object.getPrototypeOf(face);
  return new Proxy(face, {
    get(target, key) {
      if (typeof key === "symbol" || key === "constructor") return Reflect.get(target, key);
      const property = Object.getOwnPropertyDescriptor(prototype, key);
      if (typeof property?.value !== "function" && property) throw error();
      return (
        property &&
        (() => {
          throw error();
        })
      );
    },
  });
}
