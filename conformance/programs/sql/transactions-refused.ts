import { inObject } from "../../worker/program.ts";

export default inObject("transactions by SQL", async ({ sql, fails }) => {
  const texts = [
    "BEGIN",
    "begin immediate",
    "COMMIT",
    "END",
    "ROLLBACK",
    "SAVEPOINT a",
    "RELEASE a",
  ];
  for (const text of [...texts, "ROLLBACK TO a", "/* x */ BEGIN", "SELECT 1; BEGIN"]) {
    await fails(text, () => sql.exec(text));
  }
});
