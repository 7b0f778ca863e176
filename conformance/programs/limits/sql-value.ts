import { inObject } from "../../worker/program.ts";

export default inObject("how large a value in SQL", async ({ sql, fails }) => {
  const text = (n: number) => sql.exec("SELECT length(?) AS n", "x".repeat(n)).one();
  await fails("2,000,000 letters", () => text(2_000_000));
  await fails("10,000,000 letters", () => text(10_000_000));
  await fails("10,000,000 bytes", () =>
    sql.exec("SELECT length(?) AS n", new Uint8Array(10_000_000)).one(),
  );
  await fails("made inside", () => sql.exec("SELECT length(zeroblob(10000000)) AS n").one());
});
