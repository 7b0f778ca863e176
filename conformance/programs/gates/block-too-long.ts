import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  async block() {
    await this.ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(35_000);
    });
  }
  instance() {
    return this.#instance;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a section may take thirty seconds",
  async ({ objects, note, fails }) => {
    const stub = objects.Subject.getByName("x");
    const began = Date.now();
    const waiting = fails("a call that waits", () => objects.Subject.getByName("x").instance());
    await fails("the section", () => stub.block());
    await waiting;
    const seconds = (Date.now() - began) / 1000;
    note("after thirty seconds", seconds > 28 && seconds < 34);
    await fails("the same stub", () => stub.instance());
    note("a new one", await objects.Subject.getByName("x").instance());
  },
  { slow: true },
);
