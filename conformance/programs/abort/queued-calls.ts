import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async die() {
    await this.ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(20);
      this.ctx.abort("in the section");
    });
  }
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>("calls that waited fail alike", async (tools) => {
  const { objects, fails, note } = tools;
  const [one, two] = [objects.Subject.getByName("x"), objects.Subject.getByName("x")];
  await Promise.all([
    fails("die", () => one.die()),
    fails("queued on it", () => one.hello()),
    fails("queued on another", () => two.hello()),
  ]);
  note("a new one", await objects.Subject.getByName("x").hello());
});
