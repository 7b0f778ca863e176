import { inObject } from "../../worker/program.ts";

export default inObject("keys are in the order of their UTF-8 bytes", async ({ storage, note }) => {
  for (const key of ["\ue000", "😀", "\uffff", "z", "Z", "10", "9", " ", "ä", "a"]) {
    await storage.put(key, 0);
  }
  note("order", [...(await storage.list()).keys()]);
  note("reversed", [...(await storage.list({ reverse: true })).keys()]);
});
