import { inObject } from "../../worker/program.ts";

export default inObject("misuse of exec", async ({ sql, fails }) => {
  const open = sql as unknown as { exec(...values: unknown[]): { toArray(): unknown } };
  await fails("nothing", () => open.exec());
  await fails("null", () => open.exec(null));
  await fails("a number", () => open.exec(5));
  await fails("an object with a text", () =>
    open.exec({ toString: () => "SELECT 1 AS a" }).toArray(),
  );
  await fails("a template", () => open.exec(["SELECT 1 AS a"]).toArray());
});
