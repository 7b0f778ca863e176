import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  start() {
    this.ctx.waitUntil(
      (async () => {
        await scheduler.wait(30);
        this.#seen.push("waited");
      })(),
    );
    return "started";
  }
  failing() {
    this.ctx.waitUntil(Promise.reject(new Error("nobody hears")));
    return "started";
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "waitUntil does not delay a result",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    tools.note("start", await stub.start());
    tools.note("at once", await stub.seen());
    await tools.sleep(100);
    tools.note("later", await stub.seen());
    await tools.fails("one that rejects", () => stub.failing());
    tools.note("the object lives", await stub.seen());
  },
);
