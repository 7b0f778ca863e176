import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  async many(name: string) {
    for (let step = 0; step < 3; step++) {
      this.#seen.push(`${name}${step}`);
      await Promise.resolve();
    }
  }
  async stored(name: string) {
    for (let step = 0; step < 3; step++) {
      this.#seen.push(`${name}${step}`);
      await this.ctx.storage.put(name, step);
    }
  }
  seen() {
    return this.#seen.splice(0);
  }
}

export default inWorker<{ Subject: Subject }>(
  "an event's microtasks run out before the next event",
  async (t) => {
    const stub = t.objects.Subject.getByName("micro");
    await Promise.all([stub.many("a"), stub.many("b")]);
    t.note("promises", await stub.seen());
    await Promise.all([stub.stored("c"), stub.stored("d")]);
    t.note("writes", await stub.seen());
  },
);
