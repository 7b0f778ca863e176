import { inObject } from "../../worker/program.ts";

export default inObject("a prefix together with a range", async ({ storage, note }) => {
  await storage.put({ "p:1": 1, "p:2": 2, "p:3": 3, q: 4, o: 5 });
  const keys = async (options: DurableObjectListOptions) =>
    [...(await storage.list({ prefix: "p:", ...options })).keys()].join(" ");
  note("start after", await keys({ startAfter: "p:1" }));
  note("start after beyond", await keys({ startAfter: "z" }));
  note("end inside", await keys({ end: "p:3" }));
  note("end before", await keys({ end: "a" }));
  note("start before", await keys({ start: "a" }));
  note("all three", await keys({ start: "p:1", end: "p:3", limit: 1, reverse: true }));
});
