import { inObject } from "../../worker/program.ts";

export default inObject("changing what is being listed", async ({ storage, note, fails }) => {
  const { kv } = storage;
  for (const key of ["a", "b", "c"]) kv.put(key, 1);
  const seen: string[] = [];
  await fails("deleting while listing", () => {
    for (const [key] of kv.list()) {
      seen.push(key);
      kv.delete(key);
    }
  });
  note("seen", seen);
  note("left", [...kv.list()].length);
});
