import { inObject } from "../../worker/program.ts";

export default inObject("what blockConcurrencyWhile returns", async ({ ctx, note, fails }) => {
  note("value", await ctx.blockConcurrencyWhile(async () => "value"));
  note("nothing", await ctx.blockConcurrencyWhile(async () => undefined));
  const open = ctx as unknown as { blockConcurrencyWhile(callback?: unknown): Promise<unknown> };
  await fails("a plain value", () => open.blockConcurrencyWhile(() => 5));
  await fails("no function", () => open.blockConcurrencyWhile(5));
  await fails("nothing given", () => open.blockConcurrencyWhile());
});
