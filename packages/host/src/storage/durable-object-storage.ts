import { storageErrors } from "../contract-errors.ts";
import type { Commits } from "./commits.ts";
import { DurableObjectTransaction } from "./durable-object-transaction.ts";
import { KeyValue, type KeyValueParts } from "./key-value.ts";
import { SyncKvStorage } from "./kv.ts";
import { Call } from "./kv-arguments.ts";
import type { StoreSession } from "./session.ts";
import { SqlStorage } from "./sql.ts";

export interface StorageParts extends KeyValueParts {
  readonly session: StoreSession;
  readonly commits: Commits;
  readonly exclusively: <T>(callback: () => Promise<T>) => Promise<T>;
  readonly deleteAll: () => void;
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
  readonly #parts: StorageParts;
  readonly #keyValue: KeyValue;
  readonly #sql: SqlStorage;
  readonly #kv: SyncKvStorage;

  constructor(parts: StorageParts) {
    this.#parts = parts;
    this.#keyValue = new KeyValue("DurableObjectStorage", parts);
    this.#sql = new SqlStorage(parts.session);
    this.#kv = new SyncKvStorage(parts.table);
  }

  get sql(): SqlStorage {
    return this.#sql;
  }

  get kv(): SyncKvStorage {
    return this.#kv;
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

  async getCurrentBookmark(): Promise<string> {
    return ZERO_BOOKMARK;
  }

  async getBookmarkForTime(...args: unknown[]): Promise<string> {
    new Call("DurableObjectStorage", "getBookmarkForTime", args).require(1, "date");
    throw storageErrors.noRecovery();
  }

  async onNextSessionRestoreBookmark(...args: unknown[]): Promise<string> {
    const call = new Call("DurableObjectStorage", "onNextSessionRestoreBookmark", args);
    call.require(1, "string");
    throw storageErrors.noRecovery();
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
