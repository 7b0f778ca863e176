import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

type Open = Record<"get" | "getByName" | "idFromString", (...values: unknown[]) => unknown>;

export default inWorker<{ Subject: Subject }>("arguments that are missing", async (tools) => {
  const open = tools.objects.Subject as unknown as Open;
  await tools.fails("get", () => open.get());
  await tools.fails("get null", () => open.get(null));
  await tools.fails("getByName", () => open.getByName());
  await tools.fails("idFromString", () => open.idFromString());
});
