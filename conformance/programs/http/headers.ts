import { inWorker } from "../../worker/program.ts";

export default inWorker("Headers", async ({ note, fails }) => {
  const headers = new Headers({ B: "2", a: " 1 " });
  headers.append("b", "3");
  note("in order", [...headers]);
  note("get", [headers.get("A"), headers.get("missing"), headers.has("B")]);
  headers.set("b", "");
  note("set", headers.get("b"));
  headers.delete("B");
  note("keys and values", [[...headers.keys()], [...headers.values()]]);
  const seen: string[] = [];
  headers.forEach((value, key) => {
    seen.push(`${key}=${value}`);
  });
  note("forEach", seen);
  await fails("from pairs", () => [
    ...new Headers([
      ["x", "1"],
      ["X", "2"],
    ]),
  ]);
  await fails("from another", () => [...new Headers(headers)]);
  await fails("numbers as values", () => new Headers({ n: 5 as unknown as string }).get("n"));
});
