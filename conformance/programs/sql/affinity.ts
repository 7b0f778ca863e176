import { inObject } from "../../worker/program.ts";

export default inObject("columns convert what they are given", async ({ sql, note }) => {
  sql.exec("CREATE TABLE t (i INTEGER, r REAL, x TEXT, n NUMERIC, b BLOB, o)");
  const types = (value: unknown) => {
    sql.exec("DELETE FROM t");
    sql.exec("INSERT INTO t VALUES (?1, ?1, ?1, ?1, ?1, ?1)", value);
    return sql
      .exec("SELECT typeof(i), typeof(r), typeof(x), typeof(n), typeof(b), typeof(o) FROM t")
      .raw()
      .next().value;
  };
  for (const value of [5, 5.5, "5", "5.0", "text", true, null]) note(String(value), types(value));
  note("bytes", types(new Uint8Array([53])));
});
