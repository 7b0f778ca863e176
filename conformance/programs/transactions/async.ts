import { inObject } from "../../worker/program.ts";

export default inObject("transaction", async ({ storage, sql, note, fails, sleep }) => {
  sql.exec("CREATE TABLE t (a)");
  const rows = () => [...sql.exec("SELECT a FROM t").raw()].flat();
  const value = await storage.transaction(async (txn) => {
    await txn.put("a", 1);
    await sleep(5);
    return [await txn.get("a"), await storage.get("a")];
  });
  note("returns", value);
  await fails("throws", () =>
    storage.transaction(async (txn) => {
      await txn.put("a", 2);
      sql.exec("INSERT INTO t VALUES (1)");
      await sleep(5);
      throw new RangeError("stop");
    }),
  );
  note("rolled back", [await storage.get("a"), rows()]);
  await fails("rollback()", () =>
    storage.transaction(async (txn) => {
      await txn.put("a", 3);
      txn.rollback();
      return "returned";
    }),
  );
  note("after rollback()", await storage.get("a"));
  await fails("use after rollback()", () =>
    storage.transaction(async (txn) => {
      txn.rollback();
      await txn.get("a");
    }),
  );
  let kept: DurableObjectTransaction | undefined;
  await storage.transaction(async (txn) => {
    kept = txn;
  });
  await fails("use after it ended", () => kept?.get("a"));
  await fails("put after it ended", () => kept?.put("a", 1));
  await fails("deleteAll inside", () =>
    storage.transaction(async (txn) => {
      await (txn as unknown as DurableObjectStorage).deleteAll();
    }),
  );
  note("at the end", await storage.list());
});
