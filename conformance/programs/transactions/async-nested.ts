import { inObject } from "../../worker/program.ts";

export default inObject("a transaction in a transaction", async ({ storage, note, fails }) => {
  await storage.transaction(async () => {
    await storage.put("outer", 1);
    await fails("inner throws", () =>
      storage.transaction(async (inner) => {
        await inner.put("inner", 1);
        throw new RangeError("inner");
      }),
    );
    await storage.transaction(async (inner) => inner.put("second", 1));
  });
  note("kept", [...(await storage.list()).keys()]);
});
