import { inObject } from "../../worker/program.ts";

export default inObject("several keys at once", async ({ storage, note, fails }) => {
  note("put", await storage.put({ b: 2, a: 1, é: 3, "😀": 4, "\uffff": 5, B: 6 }));
  note("get, sorted by bytes", await storage.get(["😀", "missing", "b", "a", "\uffff", "é"]));
  note("get none", await storage.get([]));
  note("get twice the same", await storage.get(["a", "a"]));
  note("delete one", await storage.delete("a"));
  note("delete it again", await storage.delete("a"));
  note("delete some", await storage.delete(["b", "missing", "B"]));
  note("left", await storage.list());
  await fails("delete nothing", () => (storage.delete as () => unknown)());
});
