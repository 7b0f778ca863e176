import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #runs = 0;
  #late = 0;
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 20);
  }
  override alarm() {
    this.#runs++;
    const work = async () => {
      await scheduler.wait(50);
      this.#late++;
      throw new Error("late");
    };
    this.ctx.waitUntil(work());
  }
  async seen() {
    return [this.#runs, this.#late, await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "work that an alarm leaves behind and that fails",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    await stub.plan();
    await tools.sleep(4000);
    tools.note("seen", await stub.seen());
  },
  { slow: true },
);
