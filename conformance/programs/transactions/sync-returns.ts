import { inObject } from "../../worker/program.ts";

export default inObject("what comes out of transactionSync", async ({ storage, sql, note }) => {
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  note(
    "value",
    storage.transactionSync(() => 7),
  );
  note(
    "nothing",
    storage.transactionSync(() => undefined),
  );
  const cursor = storage.transactionSync(() => sql.exec("SELECT a FROM t"));
  note("a cursor, read outside", cursor.toArray());
});
