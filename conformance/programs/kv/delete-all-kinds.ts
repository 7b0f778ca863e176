import { inObject } from "../../worker/program.ts";

export default inObject("deleteAll takes every kind away", async ({ storage, sql, note }) => {
  sql.exec(
    "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b UNIQUE); INSERT INTO t VALUES (5, 1)",
  );
  sql.exec("CREATE VIRTUAL TABLE f USING fts5 (body); INSERT INTO f VALUES ('text')");
  sql.exec("CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t; END");
  sql.exec("CREATE TABLE child (a REFERENCES t (a)); INSERT INTO child VALUES (5)");
  await storage.deleteAll();
  note("left", sql.exec("SELECT name FROM sqlite_master").toArray());
  sql.exec("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)");
  note("counts anew", sql.exec("INSERT INTO t DEFAULT VALUES RETURNING a").one());
});
