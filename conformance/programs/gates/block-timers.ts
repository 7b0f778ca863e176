import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  async run() {
    setTimeout(() => this.#seen.push("timer"), 5);
    const done = this.ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(40);
      this.#seen.push("section ends");
    });
    await done;
    await scheduler.wait(30);
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a timer from before waits for the section",
  async (t) => {
    t.note("order", await t.objects.Subject.getByName("x").run());
  },
);
