import { inObject } from "../../worker/program.ts";

export default inObject("odd keys", async ({ storage, note }) => {
  await storage.put("nul\0byte", 1);
  await storage.put("nul", 2);
  note("NUL", [await storage.get("nul\0byte"), await storage.get("nul")]);
  await storage.put("\ud800", 3);
  note("a lone surrogate", [await storage.get("\ud800"), await storage.get("\ufffd")]);
  await storage.put("é", 4);
  note("not normalised", await storage.get("e\u0301"));
  await storage.put("__proto__", 5);
  note("prototype", await storage.get("__proto__"));
  note("in a Map", (await storage.get(["__proto__"])).get("__proto__"));
});
