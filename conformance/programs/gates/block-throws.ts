import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  async breaks() {
    await this.ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(10);
      throw new RangeError("inside the section");
    });
    return "resumed";
  }
  instance() {
    return this.#instance;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a section that throws resets the object",
  async (t) => {
    const { objects, note, fails } = t;
    const stub = objects.Subject.getByName("breaks");
    note("instance", await stub.instance());
    const queued = objects.Subject.getByName("breaks");
    const breaking = fails("the caller", () => stub.breaks());
    const waiting = fails("a queued caller", () => queued.instance());
    await breaking;
    await waiting;
    await fails("the same stub", () => stub.instance());
    note("a new stub, a new instance", await objects.Subject.getByName("breaks").instance());
  },
);
