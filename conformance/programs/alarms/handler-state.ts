import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: unknown[] = [];
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 50);
  }
  override async alarm() {
    const { storage } = this.ctx;
    this.#seen.push(await storage.getAlarm());
    await storage.setAlarm(Date.now() + 60_000);
    this.#seen.push((await storage.getAlarm()) !== null);
    await storage.deleteAlarm();
    this.#seen.push(await storage.getAlarm());
  }
  async seen() {
    return [this.#seen, await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "what getAlarm says inside the handler",
  async (t) => {
    const stub = t.objects.Subject.getByName("x");
    await stub.plan();
    await t.sleep(700);
    t.note("seen", await stub.seen());
  },
);
