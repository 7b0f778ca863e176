import { inObject } from "../../worker/program.ts";

export default inObject("texts and names in quotes", async ({ sql, fails }) => {
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  await fails("double quotes as a text", () => sql.exec('SELECT "not a column" AS v').toArray());
  await fails("double quotes as a name", () => sql.exec('SELECT "a" AS v FROM t').toArray());
  await fails("in a comparison", () => sql.exec("SELECT a FROM t WHERE \"x\" = 'x'").toArray());
  await fails("in a default", () => sql.exec('CREATE TABLE d (a DEFAULT "text")').toArray());
  await fails("the default", () => sql.exec("INSERT INTO d DEFAULT VALUES RETURNING a").toArray());
});
