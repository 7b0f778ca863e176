import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  async block() {
    await this.ctx.blockConcurrencyWhile(async () => {
      this.#seen.push("outer starts");
      await this.ctx.blockConcurrencyWhile(async () => {
        this.#seen.push("inner starts");
        await scheduler.wait(10);
        this.#seen.push("inner ends");
      });
      await scheduler.wait(10);
      this.#seen.push("outer ends");
    });
  }
  note(name: string) {
    this.#seen.push(name);
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>("critical sections nest", async (t) => {
  const stub = t.objects.Subject.getByName("nested");
  await Promise.all([stub.block(), stub.note("event")]);
  t.note("order", await stub.seen());
});
