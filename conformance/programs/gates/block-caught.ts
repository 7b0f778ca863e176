import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;
let caught = "not reached";

export class Subject extends DurableObject {
  #instance = ++constructed;
  async breaks() {
    try {
      await this.ctx.blockConcurrencyWhile(async () => {
        await scheduler.wait(5);
        throw new RangeError("inside");
      });
    } catch {
      caught = "reached";
    }
    return caught;
  }
  instance() {
    return [this.#instance, caught];
  }
}

export default inWorker<{ Subject: Subject }>(
  "a broken section cannot be caught",
  async (tools) => {
    const { objects, note, fails } = tools;
    await fails("breaks", () => objects.Subject.getByName("x").breaks());
    note("the catch was", await objects.Subject.getByName("x").instance());
  },
);
