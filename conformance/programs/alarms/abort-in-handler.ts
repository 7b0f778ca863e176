import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let runs = 0;

export class Subject extends DurableObject {
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 500);
  }
  override alarm() {
    if (++runs === 1) this.ctx.abort("in the alarm");
  }
  async seen() {
    return [runs, await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "an alarm that is broken off is run again",
  async (tools) => {
    await tools.objects.Subject.getByName("x").plan();
    await tools.sleep(5000);
    tools.note("seen", await tools.objects.Subject.getByName("x").seen());
  },
  { slow: true },
);
