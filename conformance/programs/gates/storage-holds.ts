import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  async gate() {
    this.#seen.push("g0");
    await this.ctx.storage.get("k");
    this.#seen.push("g1");
    await scheduler.wait(20);
    this.#seen.push("g2");
  }
  note(name: string) {
    this.#seen.push(name);
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "storage holds the input gate, a timer does not",
  async (t) => {
    const stub = t.objects.Subject.getByName("gate");
    await Promise.all([stub.gate(), stub.note("n1"), stub.note("n2")]);
    t.note("order", await stub.seen());
  },
);
