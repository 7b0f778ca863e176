import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  async run() {
    await this.ctx.storage.setAlarm(Date.now() + 20);
    await this.ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(700);
      this.#seen.push("section ends");
    });
  }
  override alarm() {
    this.#seen.push("alarm");
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>("an alarm waits for a section", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await stub.run();
  await tools.sleep(300);
  tools.note("order", await stub.seen());
});
