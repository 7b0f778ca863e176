import { inObject } from "../../worker/program.ts";

type Open = Record<"put" | "get" | "delete", (...values: unknown[]) => Promise<unknown>>;

export default inObject("undefined and misuse", async ({ storage, note, fails }) => {
  const open = storage as unknown as Open;
  await fails("put undefined", () => storage.put("k", undefined));
  await fails("put without a value", () => open.put("k"));
  await fails("put nothing", () => open.put());
  await fails("put entries with undefined", () => storage.put({ a: 1, b: undefined }));
  note("after it", [...(await storage.list()).keys()]);
  await fails("put entries and a number", () => open.put({ a: 1 }, 5, 6));
  await fails("put with a number as key", () => open.put(5, "five"));
  note("number as key", await storage.get("5"));
  await fails("get nothing", () => open.get());
  await fails("get a number", () => open.get(5));
  await fails("get null", () => open.get(null));
  await fails("empty key", () => storage.put("", "empty"));
  note("empty key is a key", await storage.get(""));
  note("missing key", await storage.get("missing"));
});
