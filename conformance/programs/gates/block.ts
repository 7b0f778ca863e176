import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  async block() {
    this.#seen.push("b0");
    const value = await this.ctx.blockConcurrencyWhile(async () => {
      this.#seen.push("b1");
      await scheduler.wait(20);
      this.#seen.push("b2");
      return "value";
    });
    this.#seen.push(`b3 ${value}`);
  }
  note(name: string) {
    this.#seen.push(name);
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "blockConcurrencyWhile keeps events out",
  async (t) => {
    const stub = t.objects.Subject.getByName("block");
    await Promise.all([stub.block(), stub.note("n1"), stub.note("n2")]);
    t.note("order", await stub.seen());
  },
);
