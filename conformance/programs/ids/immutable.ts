import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export default inWorker<{ Subject: Subject }>("an id cannot be changed", async (tools) => {
  const id = tools.objects.Subject.idFromName("a") as { name?: string; extra?: number };
  await tools.fails("name", () => {
    id.name = "b";
  });
  tools.note("name after it", id.name);
  await tools.fails("another field", () => {
    id.extra = 1;
    return id.extra;
  });
});
