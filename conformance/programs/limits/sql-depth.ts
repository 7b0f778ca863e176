import { inObject } from "../../worker/program.ts";

export default inObject("how deep an expression", async ({ sql, fails }) => {
  const sum = (n: number) => sql.exec(`SELECT ${Array(n).fill("1").join("+")} AS v`).one();
  await fails("50", () => sum(50));
  await fails("100", () => sum(100));
  await fails("101", () => sum(101));
  await fails("200", () => sum(200));
});
