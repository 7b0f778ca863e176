import { inObject } from "../../worker/program.ts";

export default inObject("rolling back around an inner one", async ({ storage, note, fails }) => {
  await fails("outer", () =>
    storage.transaction(async (outer) => {
      await outer.put("outer", 1);
      await storage.transaction(async (inner) => {
        await inner.put("inner", 1);
        outer.rollback();
      });
    }),
  );
  note("kept", [...(await storage.list()).keys()]);
});
