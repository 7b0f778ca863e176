import { inObject } from "../../worker/program.ts";

export default inObject("what is refused after the end", async ({ storage, fails }) => {
  let kept!: DurableObjectTransaction;
  await storage.transaction(async (txn) => {
    kept = txn;
  });
  await fails("get", () => kept.get("a"));
  await fails("put", () => kept.put("a", 1));
  await fails("list", () => kept.list());
  await fails("delete", () => kept.delete("a"));
  await fails("rollback", () => kept.rollback());
});
