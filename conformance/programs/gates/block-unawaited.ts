import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  start() {
    void this.ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(10);
      throw new Error("nobody awaits it");
    });
    return "started";
  }
  instance() {
    return this.#instance;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a section that nobody awaits still resets",
  async (t) => {
    const { objects, note, fails } = t;
    const stub = objects.Subject.getByName("x");
    await fails("start", () => stub.start());
    await t.sleep(50);
    await fails("the same stub", () => stub.instance());
    note("a new stub", await objects.Subject.getByName("x").instance());
  },
);
