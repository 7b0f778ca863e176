import { inObject } from "../../worker/program.ts";

export default inObject("how long a key", async ({ storage, fails }) => {
  for (const length of [2048, 2049, 10_000]) {
    await fails(`${length}`, async () => {
      await storage.put("k".repeat(length), length);
      return storage.get("k".repeat(length));
    });
  }
  await fails("10,000,000", () => storage.put("k".repeat(10_000_000), 1));
});
