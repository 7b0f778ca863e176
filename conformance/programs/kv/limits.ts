import { inObject } from "../../worker/program.ts";

export default inObject(
  "sizes of keys and values",
  async ({ storage, note, fails }) => {
    await fails("3 MB", () => storage.put("big", new Uint8Array(3_000_000)));
    note("2 MB", await storage.put("big", new Uint8Array(2_000_000)));
    note("read back", ((await storage.get("big")) as Uint8Array).byteLength);
    note("long key", await storage.put("k".repeat(2049), 1));
    const entries = Object.fromEntries(Array.from({ length: 128 }, (_, n) => [`n${n}`, n]));
    note("128 at once", await storage.put(entries));
    note("listed", (await storage.list({ prefix: "n" })).size);
  },
  {
    accept: {
      "3 MB":
        "a value is bounded at 2.2 MB, near the documented limit; this workerd takes up to 4 MiB",
    },
  },
);
