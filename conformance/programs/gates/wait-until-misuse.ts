import { inObject } from "../../worker/program.ts";

export default inObject("what waitUntil takes", async ({ ctx, fails }) => {
  const open = ctx as unknown as { waitUntil(value?: unknown): unknown };
  await fails("a promise", () => open.waitUntil(Promise.resolve()));
  await fails("a value", () => open.waitUntil(5));
  await fails("nothing", () => open.waitUntil());
});
