import { inObject } from "../../worker/program.ts";

export default inObject("how long a text of SQL", async ({ sql, fails }) => {
  const of = (length: number) => {
    const text = "SELECT 1 AS v ";
    return sql.exec(text + " ".repeat(length - text.length)).toArray();
  };
  await fails("99,999", () => of(99_999));
  await fails("100,000", () => of(100_000));
  await fails("100,001", () => of(100_001));
  await fails("200,000", () => of(200_000));
});
