import { inObject } from "../../worker/program.ts";

export default inObject("how many steps of a statement", async ({ sql, fails }) => {
  sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  const of = (n: number) =>
    sql.exec(`SELECT a IN (${Array(n).fill("a").join()}) AS v FROM t`).one();
  for (const n of [1000, 10_000, 24_000, 26_000, 49_000]) await fails(String(n), () => of(n));
});
