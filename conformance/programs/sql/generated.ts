import { inObject } from "../../worker/program.ts";

export default inObject(
  "generated columns, strict tables, without rowid",
  async ({ sql, note, fails }) => {
    sql.exec(
      "CREATE TABLE g (a, twice AS (a * 2), kept AS (a + 1) STORED); INSERT INTO g VALUES (4)",
    );
    note("generated", sql.exec("SELECT * FROM g").one());
    await fails("written", () => sql.exec("UPDATE g SET twice = 1"));
    sql.exec("CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO w VALUES ('a', 1)");
    await fails("rowid", () => sql.exec("SELECT rowid FROM w").toArray());
    sql.exec("CREATE TABLE s (a INTEGER, b ANY) STRICT");
    note(
      "any",
      sql.exec("INSERT INTO s VALUES (?, ?) RETURNING typeof(a) AS a, typeof(b) AS b", 1, 1).one(),
    );
  },
);
