import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DurableObjectTransaction } from "./durable-object-transaction.ts";
import { failureOf, StorageHarness, type TestStore } from "./testing/harness.ts";

let harness: StorageHarness;
let object: TestStore;

beforeEach(async () => {
  harness = new StorageHarness({ durability: "memory" });
  object = await harness.open();
});

afterEach(() => harness.dispose());

type Closure = (transaction: DurableObjectTransaction) => unknown;

const transaction = (closure: Closure) => object.storage.transaction(closure);
const insert = (value: number) => object.storage.sql.exec("INSERT INTO t VALUES (?)", value);
const count = () => Number(object.storage.sql.exec("SELECT count(*) AS n FROM t").one().n);

describe("of a turn", () => {
  test("everything that one turn wrote is undone together", async () => {
    await object.storage.put("before", 1);
    await object.settle();
    await object.storage.put("after", 2);
    object.storage.sql.exec("CREATE TABLE t (a)");
    object.store.break(new Error("over"));
    await object.store.close();
    const again = await harness.open();
    expect([...(await again.storage.list()).keys()]).toEqual(["before"]);
    expect(
      again.storage.sql.exec("SELECT * FROM sqlite_master WHERE name = 't'").toArray(),
    ).toEqual([]);
  });

  test("reading asks for no commit, the first write asks for one", async () => {
    await object.storage.get("a");
    object.storage.sql.exec("SELECT 1");
    expect(object.written()).toBe(false);
    await object.storage.put("a", 1);
    expect(object.written()).toBe(true);
  });

  test("after a break every call throws the reason", async () => {
    const reason = new Error("over");
    const { storage } = object;
    object.store.break(reason);
    for (const call of [
      () => storage.get("a"),
      () => storage.put("a", 1),
      () => storage.sql.exec("SELECT 1"),
      () => storage.kv.list(),
      () => storage.transactionSync(() => 1),
      () => storage.transaction(() => 1),
      () => storage.getAlarm(),
      () => storage.deleteAll(),
      () => storage.sync(),
    ]) {
      expect(await failureOf(call)).toBe("Error: over");
    }
  });

  test("constraints that are broken at its end break the store", async () => {
    object.storage.sql.exec(`CREATE TABLE a (x PRIMARY KEY);
      CREATE TABLE b (y REFERENCES a (x) DEFERRABLE INITIALLY DEFERRED)`);
    await object.settle();
    object.storage.sql.exec("INSERT INTO b VALUES (5)");
    const text =
      "Error: Durable Object was reset and rolled back to its last known good state because the application left the database in a state where constraints were violated: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)";
    expect(await failureOf(() => object.store.commit())).toBe(text);
    expect(object.failures.map(String)).toEqual([text]);
    await object.store.close();
    const again = await harness.open();
    expect(again.storage.sql.exec("SELECT count(*) AS n FROM b").one()).toEqual({ n: 0 });
  });

  test("a statement that gives up the whole transaction breaks the store", async () => {
    object.storage.sql.exec("CREATE TABLE u (a PRIMARY KEY); INSERT INTO u VALUES (1)");
    const call = () =>
      object.storage.transactionSync(() => {
        try {
          object.storage.sql.exec("INSERT OR ROLLBACK INTO u VALUES (1)");
        } catch {
          return "swallowed";
        }
      });
    expect(await failureOf(call)).toBe(
      "Error: Cannot commit transaction due to an earlier SQL critical error",
    );
    expect(object.failures).toHaveLength(1);
  });
});

describe("transactionSync", () => {
  beforeEach(() => void object.storage.sql.exec("CREATE TABLE t (a)"));

  test("answers what its closure answers, a promise as it is", async () => {
    expect(object.storage.transactionSync(() => 5)).toBe(5);
    expect(await object.storage.transactionSync(async () => 6)).toBe(6);
  });

  test("undoes what its closure wrote before it threw", async () => {
    const call = () =>
      object.storage.transactionSync(() => {
        insert(1);
        object.storage.kv.put("a", 1);
        void object.storage.setAlarm(4e12);
        throw new RangeError("boo");
      });
    expect(await failureOf(call)).toBe("RangeError: boo");
    expect([count(), object.storage.kv.get("a"), await object.storage.getAlarm()]).toEqual([
      ...[0, undefined, null],
    ]);
  });

  test("nests", async () => {
    object.storage.transactionSync(() => {
      insert(1);
      const inner = () =>
        object.storage.transactionSync(() => {
          insert(2);
          throw new Error("inner");
        });
      expect(inner).toThrow("inner");
      object.storage.transactionSync(() => insert(3));
    });
    expect(object.storage.sql.exec("SELECT a FROM t").raw().toArray()).toEqual([[1], [3]]);
  });

  test("that only reads costs no commit", async () => {
    await object.settle();
    object.storage.transactionSync(() => count());
    expect(object.written()).toBe(false);
  });

  test("does not let everything be deleted", async () => {
    const call = () => object.storage.transactionSync(() => object.storage.deleteAll());
    expect(await failureOf(call)).toBe("Error: Cannot call deleteAll() within a transaction");
    expect(count()).toBe(0);
  });
});

describe("transaction", () => {
  beforeEach(() => void object.storage.sql.exec("CREATE TABLE t (a)"));

  test("starts after its caller and commits what it wrote", async () => {
    const order: string[] = [];
    const done = transaction(async (txn) => {
      order.push("in");
      await txn.put("a", 1);
      await Promise.resolve();
      order.push("in, later");
      return txn.get("a");
    });
    order.push("caller");
    expect(await done).toBe(1);
    expect(order).toEqual(["caller", "in", "in, later"]);
  });

  test("is not committed by the end of a turn", async () => {
    await object.settle();
    const turn = Promise.withResolvers<void>();
    const done = transaction(async (txn) => {
      await txn.put("a", 1);
      await turn.promise;
      throw new Error("no");
    });
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    await object.store.durable();
    turn.resolve();
    expect(await failureOf(() => done)).toBe("Error: no");
    expect(await object.storage.get("a")).toBe(undefined);
  });

  test("undoes everything when it throws, and throws the same", async () => {
    const call = () =>
      transaction(async (txn) => {
        await txn.put("b", 1);
        insert(1);
        throw new RangeError("no");
      });
    expect(await failureOf(call)).toBe("RangeError: no");
    expect([await object.storage.get("b"), count()]).toEqual([undefined, 0]);
    expect(object.failures).toEqual([]);
  });

  test("can be rolled back; what is written past it stays", async () => {
    await transaction(async (txn) => {
      await txn.put("a", 1);
      txn.rollback();
      txn.rollback();
      await object.storage.put("past", 1);
    });
    expect([...(await object.storage.list()).keys()]).toEqual(["past"]);
  });

  test("nests", async () => {
    await transaction(async (outer) => {
      await outer.put("n", 1);
      await transaction(async (inner) => {
        await inner.put("n", 2);
        inner.rollback();
      });
      expect(await outer.get("n")).toBe(1);
    });
    const call = () => transaction((outer) => transaction(() => outer.rollback()));
    expect(await failureOf(call)).toBe(
      "Error: Cannot roll back an outer transaction while a nested transaction is still running.",
    );
  });

  const OPERATIONS: Record<string, (txn: DurableObjectTransaction) => unknown> = {
    get: (txn) => txn.get("a"),
    put: (txn) => txn.put("a", 1),
    delete: (txn) => txn.delete("a"),
    list: (txn) => txn.list(),
    getAlarm: (txn) => txn.getAlarm(),
    setAlarm: (txn) => txn.setAlarm(4e12),
    deleteAlarm: (txn) => txn.deleteAlarm(),
  };

  test.each(Object.keys(OPERATIONS))(
    "%s is over once it is rolled back or committed",
    async (name) => {
      const operation = OPERATIONS[name] as (txn: DurableObjectTransaction) => unknown;
      let leaked: DurableObjectTransaction | undefined;
      const rolledBack = () =>
        transaction((txn) => {
          leaked = txn;
          txn.rollback();
          return operation(txn);
        });
      expect(await failureOf(rolledBack)).toBe(
        `Error: Cannot ${name}() on rolled back transaction`,
      );
      expect(await failureOf(() => operation(leaked as DurableObjectTransaction))).toBe(
        `Error: Cannot ${name}() on rolled back transaction`,
      );
      await transaction((txn) => {
        leaked = txn;
      });
      expect(await failureOf(() => operation(leaked as DurableObjectTransaction))).toBe(
        `Error: Cannot call ${name}() on transaction that has already committed: did you move \`txn\` outside of the closure?`,
      );
    },
  );

  test("does not let everything be deleted", async () => {
    const text = "Error: Cannot call deleteAll() within a transaction";
    expect(await failureOf(() => transaction((txn) => txn.deleteAll()))).toBe(text);
    expect(await failureOf(() => transaction(() => object.storage.deleteAll()))).toBe(text);
  });

  test("may ask for sync() in itself", async () => {
    await transaction(async (txn) => {
      await txn.put("a", 1);
      await object.storage.sync();
    });
    expect(await object.storage.get("a")).toBe(1);
  });

  test("says what it calls itself", async () => {
    const call = () => transaction((txn) => txn.get("a", 5));
    expect(await failureOf(call)).toBe(
      "TypeError: Failed to execute 'get' on 'DurableObjectTransaction': parameter 2 is not of type 'GetOptions'.",
    );
  });
});
