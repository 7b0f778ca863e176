import { inObject } from "../../worker/program.ts";

export default inObject("what is refused after rollback()", async ({ storage, fails }) => {
  const try_ = (label: string, act: (txn: DurableObjectTransaction) => unknown) =>
    fails(label, () =>
      storage.transaction(async (txn) => {
        txn.rollback();
        await act(txn);
      }),
    );
  await try_("get", (txn) => txn.get("a"));
  await try_("put", (txn) => txn.put("a", 1));
  await try_("list", (txn) => txn.list());
  await try_("delete", (txn) => txn.delete("a"));
  await try_("getAlarm", (txn) => txn.getAlarm());
  await try_("rollback", (txn) => txn.rollback());
  await try_("nothing", () => "fine");
});
