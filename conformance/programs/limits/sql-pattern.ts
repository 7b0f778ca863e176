import { inObject } from "../../worker/program.ts";

export default inObject("how long a pattern", async ({ sql, fails }) => {
  const like = (n: number) => sql.exec("SELECT 'x' LIKE ? AS v", "a".repeat(n)).one();
  const glob = (n: number) => sql.exec("SELECT 'x' GLOB ? AS v", "a".repeat(n)).one();
  await fails("LIKE 50", () => like(50));
  await fails("LIKE 51", () => like(51));
  await fails("GLOB 50", () => glob(50));
  await fails("GLOB 51", () => glob(51));
  await fails("25 letters of two bytes", () =>
    sql.exec("SELECT 'x' LIKE ? AS v", "é".repeat(25)).one(),
  );
  await fails("26 letters of two bytes", () =>
    sql.exec("SELECT 'x' LIKE ? AS v", "é".repeat(26)).one(),
  );
});
