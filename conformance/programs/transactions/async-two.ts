import { inObject } from "../../worker/program.ts";

export default inObject("two transactions at once", async ({ storage, note, sleep }) => {
  await storage.put("n", 0);
  const add = () =>
    storage.transaction(async (txn) => {
      const n = (await txn.get<number>("n")) ?? 0;
      await sleep(5);
      await txn.put("n", n + 1);
    });
  await Promise.all([add(), add(), add()]);
  note("n", await storage.get("n"));
});
