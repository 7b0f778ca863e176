import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    this.ctx.storage.kv.put("ran", 1);
  }
  plan() {
    void this.ctx.storage.setAlarm(Date.now() + 200);
    this.ctx.abort("before the commit");
  }
  async seen() {
    return [this.ctx.storage.kv.get("ran"), await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>("an alarm that was not committed", async (tools) => {
  await tools.fails("plan", () => tools.objects.Subject.getByName("x").plan());
  await tools.sleep(800);
  tools.note("seen", await tools.objects.Subject.getByName("x").seen());
});
