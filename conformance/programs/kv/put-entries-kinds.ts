import { inObject } from "../../worker/program.ts";

export default inObject("what can stand for entries", async ({ storage, fails, note }) => {
  const put = (entries: unknown) => storage.put(entries as Record<string, unknown>);
  await fails("a Map", () => put(new Map([["m", 1]])));
  await fails("a list", () => put(["zero", "one"]));
  await fails("empty", () => put({}));
  await fails("null", () => put(null));
  await fails("inherited fields", () => put(Object.create({ inherited: 1 })));
  note("keys", [...(await storage.list()).keys()]);
});
