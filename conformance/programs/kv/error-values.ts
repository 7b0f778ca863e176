import { inObject } from "../../worker/program.ts";

class Custom extends RangeError {
  override name = "Custom";
  code = 5;
}

export default inObject("errors as values", async ({ storage, note }) => {
  const back = async (value: unknown) => {
    await storage.put("k", value);
    return storage.get("k");
  };
  note("plain", await back(new Error("plain")));
  note("of a class of its own", await back(new Custom("custom")));
  const cause = (await back(new Error("outer", { cause: { n: 1 } }))) as Error;
  note("cause", cause.cause);
  note("aggregate", await back(new AggregateError([1], "many")));
  note("in a record", await back({ error: new TypeError("inside") }));
});
