import { inObject } from "../../worker/program.ts";

export default inObject("misuse of transaction", async ({ storage, fails, note }) => {
  const open = storage as unknown as { transaction(callback?: unknown): Promise<unknown> };
  await fails("nothing", () => open.transaction());
  await fails("no function", () => open.transaction(5));
  await fails("not async", () => open.transaction(() => "plain"));
  await fails("throws a text", () =>
    open.transaction(async () => {
      throw "text";
    }),
  );
  await fails("throws at once", () =>
    open.transaction(() => {
      throw new TypeError("at once");
    }),
  );
  note("the storage works", await storage.get("a"));
});
