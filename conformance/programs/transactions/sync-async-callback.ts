import { inObject } from "../../worker/program.ts";

export default inObject("the late part of an async callback is outside", async (tools) => {
  const { storage, note, fails, sleep } = tools;
  await fails("run", () =>
    storage.transactionSync(async () => {
      storage.kv.put("early", 1);
      await sleep(1);
      storage.kv.put("late", 1);
      throw new Error("too late to undo");
    }),
  );
  note("kept", [...storage.kv.list()]);
});
