import { inObject } from "../../worker/program.ts";

class Point {
  x = 1;
  #hidden = 2;
  get sum() {
    return this.x + this.#hidden;
  }
}

export default inObject("values are copies", async ({ storage, note, fails }) => {
  const value = { list: [1, 2], when: new Date(0) };
  const put = storage.put("a", value);
  value.list.push(3);
  await put;
  note("as it was", await storage.get("a"));
  const first = await storage.get<typeof value>("a");
  first!.list.push(4);
  note("not shared", await storage.get("a"));
  await storage.put("b", new Point());
  note("an instance", await storage.get("b"));
  await fails("a function", () => storage.put("c", () => 1));
  await fails("a symbol", () => storage.put("c", Symbol("s")));
  await fails("a method", () => storage.put("c", { method: async () => 1 }));
  await fails("one of several", () => storage.put({ c: 1, d: () => 1 }));
  note("none of several", await storage.get(["c", "d"]));
  await fails("a getter that throws", () =>
    storage.put("c", {
      get x() {
        throw new RangeError("no");
      },
    }),
  );
});
