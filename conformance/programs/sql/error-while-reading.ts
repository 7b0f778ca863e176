import { acceptAll, inObject } from "../../worker/program.ts";

export default inObject(
  "an error behind the first row",
  async ({ sql, note, fails }) => {
    sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES ('1'), ('2'), ('{'), ('3')");
    const text = "SELECT json(a) AS v FROM t";
    const cursor = sql.exec(text);
    await fails("first", () => cursor.next());
    await fails("second", () => cursor.next());
    await fails("third", () => cursor.next());
    await fails("afterwards", () => cursor.next());
    await fails("the rest", () => cursor.toArray());
    await fails("toArray", () => sql.exec(text).toArray());
    await fails("one", () => sql.exec(text).one());
    await fails("raw", () => [...sql.exec(text).raw()]);
    await fails("at once", () => sql.exec("SELECT json('{')"));
    note("the database works", sql.exec("SELECT count(*) AS n FROM t").one());
  },
  {
    accept: acceptAll(
      "a cursor that met an error has ended; on workerd its statement starts anew",
      ["third", "afterwards", "the rest"],
    ),
  },
);
