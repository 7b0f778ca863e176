import { inObject } from "../../worker/program.ts";

export default inObject("what can stand for several keys", async ({ storage, fails }) => {
  await storage.put({ a: 1, b: 2, "1": 3 });
  const get = (keys: unknown) => storage.get(keys as string[]);
  await fails("a Set", () => get(new Set(["a", "b"])));
  await fails("numbers", () => get([1]));
  await fails("a hole", () => get([undefined, "a"]));
  await fails("all missing", () => get(["x", "y"]));
  await fails("an object", () => get({ 0: "a" }));
});
