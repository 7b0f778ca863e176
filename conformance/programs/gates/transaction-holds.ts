import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  async run() {
    await this.ctx.storage.transaction(async (txn) => {
      this.#seen.push("begin");
      await txn.put("a", 1);
      await scheduler.wait(20);
      this.#seen.push("end");
    });
  }
  note(name: string) {
    this.#seen.push(name);
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>("a transaction keeps events out", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await Promise.all([stub.run(), stub.note("event")]);
  tools.note("order", await stub.seen());
});
