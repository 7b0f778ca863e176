import { inObject } from "../../worker/program.ts";

export default inObject("a schema change is undone", async ({ storage, sql, note, fails }) => {
  sql.exec("CREATE TABLE kept (a)");
  await fails("run", () =>
    storage.transactionSync(() => {
      sql.exec("CREATE TABLE made (a)");
      sql.exec("ALTER TABLE kept ADD COLUMN b");
      sql.exec("DROP TABLE kept");
      throw new Error("undo");
    }),
  );
  note("tables", sql.exec("SELECT name FROM sqlite_master ORDER BY name").toArray());
  note("columns", sql.exec("SELECT * FROM kept").columnNames);
});
