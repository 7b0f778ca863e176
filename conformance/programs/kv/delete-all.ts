import { inObject } from "../../worker/program.ts";

export default inObject("deleteAll", async ({ storage, sql, note }) => {
  await storage.put("a", 1);
  sql.exec("CREATE TABLE t (x); CREATE INDEX i ON t (x); INSERT INTO t VALUES (1)");
  sql.exec("CREATE VIEW v AS SELECT * FROM t");
  await storage.deleteAll();
  note("schema", sql.exec("SELECT name FROM sqlite_master").toArray());
  note("keys", await storage.list());
  await storage.put("b", 2);
  sql.exec("CREATE TABLE t (y)");
  note("used again", [await storage.get("b"), sql.exec("SELECT * FROM t").columnNames]);
});
