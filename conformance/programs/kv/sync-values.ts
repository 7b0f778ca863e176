import { inObject } from "../../worker/program.ts";

export default inObject("values of the synchronous form", async ({ storage, note }) => {
  const { kv } = storage;
  const values = {
    map: new Map([["a", 1]]),
    date: new Date(0),
    bytes: new Uint8Array([1]),
    big: 5n,
  };
  for (const [key, value] of Object.entries(values)) {
    kv.put(key, value);
    note(key, kv.get(key));
  }
  const kept = { n: 1 };
  kv.put("copy", kept);
  kept.n = 2;
  note("a copy is stored", kv.get("copy"));
  const [first, second] = [kv.get("copy"), kv.get("copy")];
  note("each read is a copy", first !== second);
});
