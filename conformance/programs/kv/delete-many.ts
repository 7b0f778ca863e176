import { inObject } from "../../worker/program.ts";

export default inObject("deleting several keys", async ({ storage, note }) => {
  await storage.put({ a: 1, b: 2, c: 3 });
  note("the same twice", await storage.delete(["a", "a"]));
  note("none", await storage.delete([]));
  note("missing", await storage.delete(["x"]));
  note("left", [...(await storage.list()).keys()]);
});
