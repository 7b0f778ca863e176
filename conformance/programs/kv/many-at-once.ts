import { inObject } from "../../worker/program.ts";

export default inObject("more than 128 keys at once", async ({ storage, fails }) => {
  const names = Array.from({ length: 200 }, (_, n) => `k${n}`);
  await fails("put", () => storage.put(Object.fromEntries(names.map((name) => [name, 1]))));
  await fails("get", async () => (await storage.get(names)).size);
  await fails("delete", () => storage.delete(names));
});
