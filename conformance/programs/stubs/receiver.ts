import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  field = 7;
  self() {
    return [this instanceof Subject, this.field, this.constructor.name.endsWith("Subject")];
  }
}

export default inWorker<{ Subject: Subject }>("methods run on the instance itself", async (t) => {
  t.note("self", await t.objects.Subject.getByName("x").self());
});
