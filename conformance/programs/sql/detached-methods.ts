import { inObject } from "../../worker/program.ts";

export default inObject("methods on the wrong object", async ({ storage, sql, fails, note }) => {
  const apply = (method: unknown, receiver: unknown, ...args: unknown[]) =>
    Reflect.apply(method as () => unknown, receiver, args);
  const cursor = sql.exec("SELECT 1 AS a");
  await fails("exec", () => apply(sql.exec, undefined, "SELECT 1"));
  await fails("exec on another", () => apply(sql.exec, {}, "SELECT 1"));
  await fails("next", () => apply(cursor.next, undefined));
  await fails("toArray", () => apply(cursor.toArray, {}));
  await fails("put", () => apply(storage.put, {}, "k", 1));
  await fails("get", () => apply(storage.get, undefined, "k"));
  await fails("kv.get", () => apply(storage.kv.get, undefined, "k"));
  await fails("transactionSync", () => apply(storage.transactionSync, undefined, () => 1));
  await fails("a cursor made", () => Reflect.construct(sql.Cursor, []));
  await fails("a statement made", () => Reflect.construct(sql.Statement, []));
  note("names", [sql.Cursor.name, sql.Statement.name, cursor instanceof sql.Cursor]);
});
