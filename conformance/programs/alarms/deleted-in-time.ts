import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    this.ctx.storage.kv.put("ran", 1);
  }
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 300);
  }
  async drop() {
    await this.ctx.storage.deleteAlarm();
    return this.ctx.storage.getAlarm();
  }
  ran() {
    return this.ctx.storage.kv.get("ran");
  }
}

export default inWorker<{ Subject: Subject }>("a deleted alarm does not fire", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await stub.plan();
  tools.note("dropped", await stub.drop());
  await tools.sleep(900);
  tools.note("ran", await stub.ran());
});
