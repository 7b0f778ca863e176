import { inObject } from "../../worker/program.ts";

export default inObject(
  "rows written to indexes",
  async ({ sql, note }) => {
    const written = (text: string) => {
      const cursor = sql.exec(text);
      cursor.toArray();
      return cursor.rowsWritten;
    };
    note("table", written("CREATE TABLE t (k TEXT PRIMARY KEY, a, b)"));
    note("index", written("CREATE INDEX i ON t (a)"));
    note("insert", written("INSERT INTO t VALUES ('x', 1, 1)"));
    note("update of the indexed", written("UPDATE t SET a = 2 WHERE k = 'x'"));
    note("update of the other", written("UPDATE t SET b = 2 WHERE k = 'x'"));
    note("update of the key", written("UPDATE t SET k = 'y' WHERE k = 'x'"));
    note("update to the same", written("UPDATE t SET a = 2 WHERE k = 'y'"));
    note("none", written("UPDATE t SET a = 3 WHERE k = 'none'"));
    note("replace", written("REPLACE INTO t VALUES ('y', 5, 5)"));
    note("upsert", written("INSERT INTO t VALUES ('y', 6, 6) ON CONFLICT DO UPDATE SET a = 7"));
    note("delete", written("DELETE FROM t WHERE k = 'y'"));
    note(
      "several statements",
      written("INSERT INTO t VALUES ('p', 1, 1); INSERT INTO t VALUES ('q', 1, 1)"),
    );
    note("all", written("DELETE FROM t"));
    note(
      "without rowid",
      written("CREATE TABLE w (k PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO w VALUES (1, 2)"),
    );
  },
  {
    accept: {
      upsert: "an upsert counts as an insertion, because which of both it was is not known",
    },
  },
);
