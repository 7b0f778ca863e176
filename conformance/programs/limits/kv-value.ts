import { inObject } from "../../worker/program.ts";

export default inObject("how large a value", async ({ storage, fails, note }) => {
  await fails("2,000,000 bytes", () => storage.put("a", new Uint8Array(2_000_000)));
  await fails("10,000,000 bytes", () => storage.put("b", new Uint8Array(10_000_000)));
  await fails("10,000,000 letters", () => storage.kv.put("c", "x".repeat(10_000_000)));
  note("keys", [...(await storage.list()).keys()]);
});
