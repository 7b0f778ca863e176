import { storageErrors } from "../contract-errors.ts";
import { KeyValue, type KeyValueParts } from "./key-value.ts";
import type { StoreSession } from "./session.ts";
import { isObject, platformClass } from "./shape.ts";
import type { Level } from "./transactions.ts";

interface TransactionParts extends KeyValueParts {
  readonly session: StoreSession;
}

/** What the closure of `storage.transaction()` receives. */
export class DurableObjectTransaction {
  readonly #parts: TransactionParts;
  readonly #level: Level;
  readonly #keyValue: KeyValue;
  #state: "open" | "rolledBack" | "committed" = "open";

  static {
    platformClass(
      DurableObjectTransaction,
      [
        ...["get", "list", "put", "delete", "deleteAll", "rollback", "getAlarm", "setAlarm"],
        "deleteAlarm",
      ],
      (value) => isObject(value) && #state in value,
    );
  }

  constructor(parts: TransactionParts, level: Level) {
    this.#parts = parts;
    this.#level = level;
    this.#keyValue = new KeyValue("DurableObjectTransaction", parts);
  }

  async get(...args: unknown[]): Promise<unknown> {
    return this.#open("get").get(args);
  }

  async list(...args: unknown[]): Promise<Map<string, unknown>> {
    return this.#open("list").list(args);
  }

  async put(...args: unknown[]): Promise<void> {
    this.#open("put").put(args);
  }

  async delete(...args: unknown[]): Promise<boolean | number> {
    return this.#open("delete").delete(args);
  }

  deleteAll(): never {
    throw storageErrors.deleteAllInTransaction();
  }

  /** Undoes what the transaction wrote. It can be used no more. */
  rollback(): void {
    if (this.#state === "rolledBack") return;
    this.#open("rollback");
    if (!this.#parts.session.transactions.isInnermost(this.#level)) {
      throw storageErrors.outerRollback();
    }
    this.#parts.session.undo(this.#level);
    this.#state = "rolledBack";
  }

  async getAlarm(...args: unknown[]): Promise<number | null> {
    return this.#open("getAlarm").getAlarm(args);
  }

  async setAlarm(...args: unknown[]): Promise<void> {
    this.#open("setAlarm").setAlarm(args);
  }

  async deleteAlarm(...args: unknown[]): Promise<void> {
    this.#open("deleteAlarm").deleteAlarm(args);
  }

  /** The closure is over. A transaction that was rolled back stays so. */
  end(): void {
    if (this.#state === "open") this.#state = "committed";
  }

  #open(operation: string): KeyValue {
    if (this.#state === "rolledBack") throw storageErrors.rolledBack(operation);
    if (this.#state === "committed") throw storageErrors.alreadyCommitted(operation);
    return this.#keyValue;
  }
}
