import { inObject } from "../../worker/program.ts";

export default inObject("prefixes", async ({ storage, note }) => {
  await storage.put({ "a%b": 1, a_b: 2, ab: 3, "a*b": 4, b: 5, "a\uffff": 6, "a😀": 7 });
  const keys = async (options: DurableObjectListOptions) => [
    ...(await storage.list(options)).keys(),
  ];
  note("no wildcards", await keys({ prefix: "a%" }));
  note("no single wildcard", await keys({ prefix: "a_" }));
  note("no star", await keys({ prefix: "a*" }));
  note("all under it", await keys({ prefix: "a" }));
  note("the last letter", await keys({ prefix: "a\uffff" }));
  note("none", await keys({ prefix: "zz" }));
  note("the whole key", await keys({ prefix: "ab" }));
});
