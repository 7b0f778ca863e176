import { inObject } from "../../worker/program.ts";

export default inObject("what a transaction can do", async ({ storage, note }) => {
  await storage.put({ a: 1, b: 2 });
  await storage.transaction(async (txn) => {
    note("get", await txn.get("a"));
    note("get several", await txn.get(["b", "a"]));
    note("put", await txn.put("c", 3));
    note("put several", await txn.put({ d: 4 }));
    note("list", [...(await txn.list({ start: "b" })).keys()]);
    note("delete", await txn.delete("a"));
    note("delete several", await txn.delete(["b", "x"]));
  });
  note("after", [...(await storage.list())]);
});
