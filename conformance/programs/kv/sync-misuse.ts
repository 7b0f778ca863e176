import { inObject } from "../../worker/program.ts";

export default inObject("misuse of the synchronous form", async ({ storage, fails }) => {
  const kv = storage.kv as unknown as Record<string, (...values: unknown[]) => unknown>;
  await fails("get nothing", () => kv.get!());
  await fails("get a list", () => kv.get!(["a"]));
  await fails("put nothing", () => kv.put!());
  await fails("put a key alone", () => kv.put!("k"));
  await fails("delete nothing", () => kv.delete!());
  await fails("key of another type", () => kv.put!(5, "five"));
  await fails("read", () => kv.get!("5"));
});
