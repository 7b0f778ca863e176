import { inObject } from "../../worker/program.ts";

export default inObject("references inside a value", async ({ storage, note }) => {
  const shared = { n: 1 };
  await storage.put("pair", [shared, shared]);
  const pair = (await storage.get("pair")) as unknown[];
  note("still shared", pair[0] === pair[1]);
  const circle: Record<string, unknown> = { name: "circle" };
  circle.self = circle;
  await storage.put("circle", circle);
  const back = (await storage.get("circle")) as Record<string, unknown>;
  note("a cycle", back.self === back);
  const buffer = new ArrayBuffer(4);
  await storage.put("views", [new Uint8Array(buffer), new Uint16Array(buffer)]);
  const views = (await storage.get("views")) as [Uint8Array, Uint16Array];
  note("views share", views[0].buffer === views[1].buffer);
});
