import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  async both() {
    const section = (name: string) =>
      this.ctx.blockConcurrencyWhile(async () => {
        this.#seen.push(`${name} starts`);
        await scheduler.wait(10);
        this.#seen.push(`${name} ends`);
      });
    await Promise.all([section("a"), section("b")]);
  }
  note(name: string) {
    this.#seen.push(name);
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>("two sections run one after the other", async (t) => {
  const stub = t.objects.Subject.getByName("x");
  await Promise.all([stub.both(), stub.note("event")]);
  t.note("order", await stub.seen());
});
