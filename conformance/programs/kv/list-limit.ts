import { inObject } from "../../worker/program.ts";

export default inObject("what a limit may be", async ({ storage, fails }) => {
  await storage.put({ a: 1, b: 2, c: 3 });
  const keys = async (limit: unknown) => [...(await storage.list({ limit } as object)).keys()];
  for (const limit of [1, 3, 100, 1.5, "2", null, undefined, Number.NaN, 0, -1]) {
    await fails(String(limit), () => keys(limit));
  }
});
