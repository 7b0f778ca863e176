import { DurableObject, exports } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>(
  "exports by import",
  async ({ ctx, className, note }) => {
    const found = exports as unknown as Record<string, DurableObjectNamespace<Subject>>;
    const name = className("Subject");
    note("there", name in found);
    note("works", await found[name]!.getByName("x").hello());
    note("same keys", Object.keys(found).length === Object.keys(ctx.exports).length);
  },
);
