import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#seen.push("constructor");
    void ctx.blockConcurrencyWhile(async () => {
      this.#seen.push("loading");
      await scheduler.wait(20);
      this.#seen.push("loaded");
    });
    this.#seen.push("constructed");
  }
  note(name: string) {
    this.#seen.push(name);
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "the first event waits for the constructor's section",
  async (t) => {
    const stub = t.objects.Subject.getByName("loading");
    const first = stub.note("first");
    const second = stub.note("second");
    t.note("first", await first);
    t.note("second", await second);
  },
);
