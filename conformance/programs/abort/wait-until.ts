import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  later() {
    this.ctx.waitUntil(scheduler.wait(10).then(() => this.ctx.abort("from waitUntil")));
    return "answered";
  }
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>(
  "an abort after the answer",
  async ({ objects, fails, sleep }) => {
    const stub = objects.Subject.getByName("x");
    await fails("answer", () => stub.later());
    await sleep(60);
    await fails("the same stub", () => stub.hello());
  },
);
