import { inObject } from "../../worker/program.ts";

export default inObject(
  "OR ROLLBACK inside transactionSync",
  async ({ storage, sql, note, fails }) => {
    sql.exec("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)");
    await fails("run", () =>
      storage.transactionSync(() => {
        sql.exec("INSERT INTO t VALUES (2)");
        sql.exec("INSERT OR ABORT INTO t VALUES (1)");
      }),
    );
    note("rows", sql.exec("SELECT a FROM t").toArray());
  },
);
