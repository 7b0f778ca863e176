import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async wait() {
    await scheduler.wait(1000);
    return "waited";
  }
  die() {
    this.ctx.abort("by another");
  }
}

export default inWorker<{ Subject: Subject }>(
  "an abort ends every call in flight",
  async (tools) => {
    const { objects, fails, sleep } = tools;
    const calls = ["a", "b"].map((name) =>
      fails(name, () => objects.Subject.getByName("x").wait()),
    );
    await sleep(20);
    await fails("die", () => objects.Subject.getByName("x").die());
    await Promise.all(calls);
  },
);
