import { inObject } from "../../worker/program.ts";

export default inObject("how many arguments of a function", async ({ sql, fails }) => {
  const max = (n: number) => sql.exec(`SELECT max(${Array(n).fill("1").join(",")}) AS v`).one();
  for (const n of [32, 33, 100, 127, 128]) await fails(String(n), () => max(n));
});
