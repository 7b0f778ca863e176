import { inObject } from "../../worker/program.ts";

export default inObject("list and its ranges", async ({ storage, note, fails }) => {
  for (const key of ["a", "ab", "abc", "b", "ba", "c", "é", "😀"]) await storage.put(key, key);
  const keys = async (options?: DurableObjectListOptions) => [
    ...(await storage.list(options)).keys(),
  ];
  note("all", await keys());
  note("reverse", await keys({ reverse: true }));
  note("start", await keys({ start: "b" }));
  note("start after", await keys({ startAfter: "b" }));
  note("end", await keys({ end: "b" }));
  note("start and end", await keys({ start: "ab", end: "ba" }));
  note("reversed range", await keys({ start: "ab", end: "ba", reverse: true }));
  note("prefix", await keys({ prefix: "a" }));
  note("prefix, reversed, limit", await keys({ prefix: "a", reverse: true, limit: 2 }));
  note("prefix and start", await keys({ prefix: "a", start: "ab" }));
  note("prefix and start outside", await keys({ prefix: "b", start: "a" }));
  note("prefix and end outside", await keys({ prefix: "a", end: "z" }));
  note("empty range", await keys({ start: "c", end: "b" }));
  note("same start and end", await keys({ start: "b", end: "b" }));
  note("limit", await keys({ limit: 3 }));
  note("empty prefix", (await keys({ prefix: "" })).length);
  note("a Map", await storage.list({ prefix: "ab" }));
  await fails("limit 0", () => storage.list({ limit: 0 }));
  await fails("limit -1", () => storage.list({ limit: -1 }));
  await fails("start and startAfter", () => storage.list({ start: "a", startAfter: "b" }));
});
