import { inObject } from "../../worker/program.ts";

export default inObject("counting parameters", async ({ sql, note, fails }) => {
  await fails("too few", () => sql.exec("SELECT ?, ?", 1));
  await fails("too many", () => sql.exec("SELECT ?", 1, 2));
  await fails("none wanted", () => sql.exec("SELECT 1", 1));
  await fails("none given", () => sql.exec("SELECT ?"));
  note("numbered", sql.exec("SELECT ?2 AS b, ?1 AS a", "one", "two").one());
  note("named", sql.exec("SELECT :a AS a, :b AS b, :a AS c", 1, 2).one());
  note("at and dollar", sql.exec("SELECT @a AS a, $b AS b", 1, 2).one());
  const many = (n: number) => {
    const places = Array.from({ length: n }, () => "?").join(", ");
    const values = Array.from({ length: n }, (_, index) => index);
    return sql.exec(`SELECT ${places}`, ...values).columnNames.length;
  };
  await fails("100 parameters", () => many(100));
  await fails("101 parameters", () => many(101));
});
