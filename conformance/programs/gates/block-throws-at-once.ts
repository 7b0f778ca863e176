import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  async breaks() {
    await this.ctx.blockConcurrencyWhile(() => {
      throw new RangeError("before any await");
    });
  }
  instance() {
    return this.#instance;
  }
}

export default inWorker<{ Subject: Subject }>("a section that throws at once", async (tools) => {
  const { objects, note, fails } = tools;
  note("first", await objects.Subject.getByName("x").instance());
  await fails("breaks", () => objects.Subject.getByName("x").breaks());
  note("next", await objects.Subject.getByName("x").instance());
});
