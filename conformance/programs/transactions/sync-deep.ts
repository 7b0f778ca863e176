import { inObject } from "../../worker/program.ts";

export default inObject("transactions in transactions", async ({ storage, note, fails }) => {
  const { kv } = storage;
  await fails("three deep, the middle throws", () =>
    storage.transactionSync(() => {
      kv.put("outer", 1);
      try {
        storage.transactionSync(() => {
          kv.put("middle", 1);
          storage.transactionSync(() => kv.put("inner", 1));
          throw new Error("middle");
        });
      } catch {
        kv.put("caught", 1);
      }
    }),
  );
  note("kept", [...kv.list()]);
});
