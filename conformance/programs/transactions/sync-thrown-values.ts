import { inObject } from "../../worker/program.ts";

export default inObject("anything may be thrown out of one", async ({ storage, fails, note }) => {
  const run = (thrown: unknown) =>
    storage.transactionSync(() => {
      storage.kv.put("k", 1);
      throw thrown;
    });
  await fails("a text", () => run("text"));
  await fails("undefined", () => run(undefined));
  await fails("an object", () => run({ code: 1 }));
  note("kept", storage.kv.get("k"));
});
