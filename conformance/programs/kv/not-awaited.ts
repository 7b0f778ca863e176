import { inObject } from "../../worker/program.ts";

export default inObject("writes that are not awaited", async ({ storage, note }) => {
  void storage.put("a", 1);
  void storage.put("a", 2);
  note("the last wins", await storage.get("a"));
  void storage.delete("a");
  note("deleted", await storage.get("a"));
  void storage.put({ b: 1, c: 2 });
  note("listed", [...(await storage.list())]);
  void storage.deleteAll();
  note("all gone", await storage.list());
});
