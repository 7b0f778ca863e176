import { code, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = "let calls = 0; export default { count(_) { calls += 1; return calls; } };";

export default inWorker("a Worker is loaded once for each id", async ({ note, fails, sleep }) => {
  let asked = 0;
  const get = (id: unknown) =>
    loader()
      .get(id, () => {
        asked += 1;
        return code(main);
      })
      .getEntrypoint();
  note("first", [await get("cached a").count!(1), await get("cached a").count!(1), asked]);
  note("another id", [await get("cached b").count!(1), asked]);
  note("no id", [await get(null).count!(1), await get(null).count!(1), asked]);
  const fresh = () => loader().load(code(main)).getEntrypoint();
  note("load", [await fresh().count!(1), await fresh().count!(1)]);
  let late = 0;
  const lazy = loader().get("cached late", async () => {
    late += 1;
    await sleep(10);
    return code(main);
  });
  note("not at once", late);
  note("calls wait", await Promise.all([1, 2, 3].map((n) => lazy.getEntrypoint().count!(n))));
  let failed = 0;
  const fail = () =>
    loader()
      .get("cached failure", () => {
        failed += 1;
        throw new RangeError("no code");
      })
      .getEntrypoint().count!(1);
  await fails("no code", fail);
  await fails("no code again", fail);
  note("asked", failed);
});
