import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  *generator() {
    yield 1;
  }
  iterator() {
    return [1][Symbol.iterator]();
  }
  context() {
    return this.ctx as unknown;
  }
  cursor() {
    return this.ctx.storage.sql.exec("SELECT 1") as unknown;
  }
}

export default inWorker<{ Subject: Subject }>("results that stay at home", async (tools) => {
  const stub = tools.objects.Subject.getByName("x") as unknown as Record<string, () => unknown>;
  for (const name of ["generator", "iterator", "context", "cursor"]) {
    await tools.fails(name, () => stub[name]!());
  }
});
