import { inObject } from "../../worker/program.ts";

export default inObject("texts of broken constraints", async ({ sql, fails }) => {
  sql.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE, n NOT NULL DEFAULT 1,
    c CHECK (c > 0), CONSTRAINT named CHECK (c < 100))`);
  sql.exec("CREATE TABLE s (a INT) STRICT");
  sql.exec("INSERT INTO t VALUES (1, 1, 1, 1)");
  await fails("primary key", () => sql.exec("INSERT INTO t VALUES (1, 2, 1, 1)"));
  await fails("unique", () => sql.exec("INSERT INTO t VALUES (2, 1, 1, 1)"));
  await fails("not null", () => sql.exec("INSERT INTO t VALUES (3, 3, NULL, 1)"));
  await fails("check", () => sql.exec("INSERT INTO t VALUES (4, 4, 1, 0)"));
  await fails("named check", () => sql.exec("INSERT INTO t VALUES (4, 4, 1, 100)"));
  await fails("strict", () => sql.exec("INSERT INTO s VALUES ('text')"));
  await fails("not an integer key", () => sql.exec("INSERT INTO t VALUES ('x', 5, 1, 1)"));
});
