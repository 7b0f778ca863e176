import { inObject } from "../../worker/program.ts";

export default inObject("how many columns", async ({ sql, fails }) => {
  const list = (n: number, make: (n: number) => string) =>
    Array.from({ length: n }, (_, i) => make(i)).join(", ");
  await fails("100 in a table", () =>
    sql.exec(`CREATE TABLE a (${list(100, (i) => `c${i}`)})`).toArray(),
  );
  await fails("101 in a table", () =>
    sql.exec(`CREATE TABLE b (${list(101, (i) => `c${i}`)})`).toArray(),
  );
  await fails("100 in a result", () => sql.exec(`SELECT ${list(100, String)}`).columnNames.length);
  await fails("101 in a result", () => sql.exec(`SELECT ${list(101, String)}`).columnNames.length);
});
