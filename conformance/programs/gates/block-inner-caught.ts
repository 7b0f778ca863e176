import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  async run() {
    return this.ctx.blockConcurrencyWhile(async () => {
      try {
        await this.ctx.blockConcurrencyWhile(async () => {
          throw new Error("inner");
        });
      } catch (error) {
        return `caught ${(error as Error).message}`;
      }
      return "not thrown";
    });
  }
  instance() {
    return this.#instance;
  }
}

export default inWorker<{ Subject: Subject }>("an inner section that throws", async (tools) => {
  const { objects, note, fails } = tools;
  await fails("run", () => objects.Subject.getByName("x").run());
  await fails("instance", () => objects.Subject.getByName("x").instance());
  note("constructed", constructed);
});
