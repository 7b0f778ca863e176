import { inObject } from "../../worker/program.ts";

export default inObject("reversed ranges", async ({ storage, note }) => {
  await storage.put({ a: 1, b: 2, c: 3, d: 4, e: 5 });
  const keys = async (options: DurableObjectListOptions) =>
    [...(await storage.list({ ...options, reverse: true })).keys()].join("");
  note("start", await keys({ start: "b" }));
  note("start after", await keys({ startAfter: "b" }));
  note("end", await keys({ end: "d" }));
  note("start after and end", await keys({ startAfter: "a", end: "d" }));
  note("limit", await keys({ limit: 2 }));
  note("end and limit", await keys({ end: "d", limit: 1 }));
});
