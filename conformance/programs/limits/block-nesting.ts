import { inObject } from "../../worker/program.ts";

export default inObject("how deep sections nest", async ({ ctx, note }) => {
  const nest = async (depth: number): Promise<number> =>
    depth === 0 ? 0 : 1 + (await ctx.blockConcurrencyWhile(() => nest(depth - 1)));
  note("10 deep", await nest(10));
  note("60 deep", await nest(60));
});
