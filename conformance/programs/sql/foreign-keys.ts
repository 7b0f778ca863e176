import { inObject } from "../../worker/program.ts";

export default inObject("foreign keys", async ({ sql, note, fails }) => {
  sql.exec("CREATE TABLE p (a PRIMARY KEY); CREATE TABLE c (a REFERENCES p (a) ON DELETE CASCADE)");
  await fails("a child without its parent", () => sql.exec("INSERT INTO c VALUES (1)"));
  sql.exec("INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)");
  await fails("the parent's key is changed", () => sql.exec("UPDATE p SET a = 2"));
  sql.exec("DELETE FROM p");
  note("cascaded", sql.exec("SELECT * FROM c").toArray());
});
