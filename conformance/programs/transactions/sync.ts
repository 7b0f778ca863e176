import { inObject } from "../../worker/program.ts";

export default inObject("transactionSync", async ({ storage, sql, note, fails }) => {
  sql.exec("CREATE TABLE t (a)");
  const rows = () => [...sql.exec("SELECT a FROM t").raw()].flat();
  const add = (a: number) => sql.exec("INSERT INTO t VALUES (?)", a);
  note(
    "returns",
    storage.transactionSync(() => [add(1).rowsWritten, "value"][1]),
  );
  await fails("throws", () =>
    storage.transactionSync(() => {
      add(2);
      throw new RangeError("stop");
    }),
  );
  note("rolled back", rows());
  await fails("nested, inner throws", () =>
    storage.transactionSync(() => {
      add(3);
      try {
        storage.transactionSync(() => {
          add(4);
          throw new Error("inner");
        });
      } catch {
        add(5);
      }
    }),
  );
  note("only the inner is undone", rows());
  await fails("outer throws after inner", () =>
    storage.transactionSync(() => {
      storage.transactionSync(() => add(6));
      throw new Error("outer");
    }),
  );
  note("both are undone", rows());
  await fails("keys take part", () =>
    storage.transactionSync(() => {
      storage.kv.put("k", 1);
      throw new Error("undo");
    }),
  );
  note("key", await storage.get("k"));
  note("a promise is passed through", await storage.transactionSync(async () => "late"));
  await fails("not a function", () => storage.transactionSync(5 as unknown as () => void));
});
