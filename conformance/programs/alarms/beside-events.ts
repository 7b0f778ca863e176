import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #inside = false;
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 20);
  }
  override async alarm() {
    this.#inside = true;
    await scheduler.wait(2500);
    this.#inside = false;
  }
  inside() {
    return this.#inside;
  }
}

export default inWorker<{ Subject: Subject }>(
  "events arrive while an alarm runs",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    await stub.plan();
    await tools.sleep(1500);
    tools.note("inside", await stub.inside());
    await tools.sleep(2000);
    tools.note("after", await stub.inside());
  },
  { slow: true },
);
