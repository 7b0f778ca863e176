import { inObject } from "../../worker/program.ts";

export default inObject("odd options of list", async ({ storage, fails }) => {
  await storage.put({ a: 1, b: 2, "5": 3 });
  const list = async (options: unknown) => [...(await storage.list(options as object)).keys()];
  await fails("null", () => list(null));
  await fails("a text", () => list("a"));
  await fails("number as start", () => list({ start: 5 }));
  await fails("null as prefix", () => list({ prefix: null }));
  await fails("empty start", () => list({ start: "" }));
  await fails("empty end", () => list({ end: "" }));
  await fails("reverse as a number", () => list({ reverse: 1 }));
  await fails("unknown option", () => list({ unknown: 1 }));
});
