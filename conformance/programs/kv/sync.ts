import { inObject } from "../../worker/program.ts";

export default inObject("the synchronous form", async ({ storage, note, fails }) => {
  const { kv } = storage;
  note("put", kv.put("a", { n: 1 }));
  kv.put("b", 2);
  kv.put("c", undefined as unknown as number);
  note("get", kv.get("a"));
  note("get missing", kv.get("missing"));
  note("undefined as a value", kv.get("c"));
  note("seen by the other form", await storage.get("b"));
  note("list", [...kv.list()]);
  note("list a range", [...kv.list({ start: "b" })]);
  note("delete", kv.delete("a"));
  note("delete again", kv.delete("a"));
  const first = kv.list()[Symbol.iterator]();
  first.next();
  kv.list();
  await fails("an older iterator", () => first.next());
  await fails("function", () => kv.put("f", () => 1));
});
