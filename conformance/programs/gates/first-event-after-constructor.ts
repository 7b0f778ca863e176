import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

export class Subject extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    seen.push("constructor");
    void Promise.resolve().then(() => seen.push("its microtask"));
    setTimeout(() => seen.push("its timer"), 0);
  }
  async first() {
    seen.push("event");
    await scheduler.wait(20);
    return seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a constructor ends before the first event",
  async (t) => {
    t.note("order", await t.objects.Subject.getByName("x").first());
  },
);
