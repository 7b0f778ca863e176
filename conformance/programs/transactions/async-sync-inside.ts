import { inObject } from "../../worker/program.ts";

export default inObject(
  "transactionSync inside a transaction",
  async ({ storage, note, fails }) => {
    await fails("undone with the outer one", () =>
      storage.transaction(async () => {
        storage.transactionSync(() => storage.kv.put("inner", 1));
        throw new Error("outer");
      }),
    );
    note("kept", [...storage.kv.list()]);
    await storage.transaction(async (txn) => {
      await txn.put("a", 1);
      await fails("the inner one alone", () =>
        storage.transactionSync(() => {
          storage.kv.put("a", 2);
          throw new Error("inner");
        }),
      );
    });
    note("after", [...storage.kv.list()]);
  },
);
