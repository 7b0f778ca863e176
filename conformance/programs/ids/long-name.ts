import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  length() {
    return this.ctx.id.name?.length;
  }
}

export default inWorker<{ Subject: Subject }>("a long name reaches its object", async (tools) => {
  for (const length of [1024, 1025, 5000]) {
    const stub = tools.objects.Subject.getByName("n".repeat(length));
    await tools.fails(`${length} bytes`, () => stub.length());
  }
});
