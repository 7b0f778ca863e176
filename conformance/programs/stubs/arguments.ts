import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  count(...values: unknown[]) {
    return [values.length, values];
  }
}

type Open = { count(...values: unknown[]): Promise<unknown> };

export default inWorker<{ Subject: Subject }>("arguments arrive as they were given", async (t) => {
  const stub = t.objects.Subject.getByName("x") as unknown as Open;
  t.note("none", await stub.count());
  t.note("trailing undefined", await stub.count(1, undefined));
  t.note("twenty", await stub.count(...Array.from({ length: 20 }, (_, n) => n)));
});
