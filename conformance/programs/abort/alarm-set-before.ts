import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async start(retryAlarm: boolean) {
    await this.ctx.storage.put("retryAlarm", retryAlarm);
    await this.ctx.storage.setAlarm(Date.now() + 10);
  }
  override async alarm() {
    const { storage } = this.ctx;
    const runs = ((await storage.get<number>("runs")) ?? 0) + 1;
    await storage.put("runs", runs);
    if (runs > 1) return;
    await storage.setAlarm(Date.now() + 2000);
    await storage.sync();
    const retryAlarm = await storage.get<boolean>("retryAlarm");
    this.ctx.abort("after another was set", { retryAlarm } as never);
  }
  async runs() {
    return [await this.ctx.storage.get("runs"), (await this.ctx.storage.getAlarm()) !== null];
  }
}

export default inWorker<{ Subject: Subject }>(
  "an alarm that was set before an abort ended the one that ran",
  async ({ objects, note, sleep }) => {
    await objects.Subject.getByName("no").start(false);
    await sleep(1000);
    note("before it is due", await objects.Subject.getByName("no").runs());
    await sleep(2200);
    note("after", await objects.Subject.getByName("no").runs());
  },
);
