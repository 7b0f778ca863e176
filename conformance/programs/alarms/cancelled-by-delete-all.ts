import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    this.ctx.storage.kv.put("ran", 1);
  }
  async run() {
    await this.ctx.storage.setAlarm(Date.now() + 200);
    await this.ctx.storage.deleteAll();
  }
  ran() {
    return this.ctx.storage.kv.get("ran");
  }
}

export default inWorker<{ Subject: Subject }>("deleteAll cancels the alarm", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await stub.run();
  await tools.sleep(800);
  tools.note("ran", await stub.ran());
});
