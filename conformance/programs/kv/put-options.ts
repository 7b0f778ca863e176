import { inObject } from "../../worker/program.ts";

export default inObject("options of put, get and delete", async ({ storage, note }) => {
  const put = { allowConcurrency: true, allowUnconfirmed: true, noCache: true };
  const get = { allowConcurrency: true, noCache: true };
  note("put", await storage.put("a", 1, put));
  note("put several", await storage.put({ b: 2 }, put));
  note("get", await storage.get("a", get));
  note("get several", await storage.get(["a", "b"], get));
  note("list", await storage.list({ ...get, limit: 1 }));
  note("delete", await storage.delete("a", put));
  note("delete several", await storage.delete(["b", "c"], put));
  note("delete all", await storage.deleteAll(put));
});
