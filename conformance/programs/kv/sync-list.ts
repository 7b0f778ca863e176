import { inObject } from "../../worker/program.ts";

export default inObject("the synchronous list", async ({ storage, note, fails }) => {
  const { kv } = storage;
  for (const key of ["a", "b", "c", "d"]) kv.put(key, key);
  note("range", [...kv.list({ start: "b", end: "d" })]);
  note("reversed", [...kv.list({ reverse: true, limit: 2 })]);
  note("prefix", [...kv.list({ prefix: "c" })]);
  note("start after", [...kv.list({ startAfter: "c" })]);
  await fails("limit 0", () => [...kv.list({ limit: 0 })]);
  await fails("both starts", () => [...kv.list({ start: "a", startAfter: "a" })]);
  const list = kv.list();
  note("is iterable", typeof list[Symbol.iterator]);
  note("an entry", list[Symbol.iterator]().next());
});
