import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    this.ctx.storage.kv.put("ran", 1);
  }
  async plan() {
    await this.ctx.storage.setAlarm(1);
  }
  async seen() {
    return [this.ctx.storage.kv.get("ran"), await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>("an alarm in the past fires soon", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await stub.plan();
  await tools.sleep(500);
  tools.note("seen", await stub.seen());
});
