import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let runs = 0;

export class Subject extends DurableObject {
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 300);
  }
  override alarm() {
    runs++;
    const abort = this.ctx.abort as (reason: string, options: { retryAlarm: boolean }) => void;
    abort.call(this.ctx, "in the alarm", { retryAlarm: false });
  }
  async seen() {
    return [runs, await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "an alarm that is broken off for good",
  async (tools) => {
    await tools.objects.Subject.getByName("x").plan();
    await tools.sleep(5000);
    tools.note("seen", await tools.objects.Subject.getByName("x").seen());
  },
  { slow: true },
);
