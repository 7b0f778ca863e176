import { inObject } from "../../worker/program.ts";

export default inObject("how many parts of a compound", async ({ sql, fails }) => {
  const of = (n: number) =>
    sql.exec(Array(n).fill("SELECT 1 AS v").join(" UNION ALL ")).toArray().length;
  for (const n of [2, 5, 6]) await fails(String(n), () => of(n));
  const values = (n: number) =>
    sql.exec(`VALUES ${Array(n).fill("(1)").join(", ")}`).toArray().length;
  await fails("500 rows of VALUES", () => values(500));
});
