import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export default inWorker<{ Subject: Subject }>("a stub of an id without a name", async (tools) => {
  const { Subject } = tools.objects;
  const id = Subject.idFromString(Subject.idFromName("x").toString());
  const stub = Subject.get(id);
  tools.note("name", stub.name);
  tools.note("keys", Object.keys(stub));
  tools.note("id", stub.id.equals(id));
});
