import { inObject } from "../../worker/program.ts";

class Point {
  x = 1;
  get y() {
    return 2;
  }
}

export default inObject("what a stored value comes back as", async ({ storage, note, fails }) => {
  const values: Record<string, unknown> = {
    null: null,
    false: false,
    "negative zero": -0,
    NaN: Number.NaN,
    bigint: 2n ** 70n,
    text: "☃ \u0000",
    date: new Date(1e12),
    map: new Map([["a", new Set([1])]]),
    nested: { a: [undefined, { b: null }] },
    buffer: new Uint8Array([1, 2]).buffer,
    "part of a buffer": new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
    "regular expression": /x/y,
    error: new TypeError("kept"),
    instance: new Point(),
    "sparse array": Object.assign(Array(3), { 0: 1, 2: 3 }),
  };
  for (const [label, value] of Object.entries(values)) {
    await storage.put(label, value);
    note(label, await storage.get(label));
  }
  await fails("function", () => storage.put("f", () => 1));
  await fails("symbol", () => storage.put("s", Symbol("s")));
  await fails("promise", () => storage.put("p", Promise.resolve()));
  const kept = { n: 1 };
  await storage.put("copy", kept);
  kept.n = 2;
  note("a copy is stored", await storage.get("copy"));
  const [first, second] = [await storage.get("copy"), await storage.get("copy")];
  note("each read is a copy", first !== second);
});
