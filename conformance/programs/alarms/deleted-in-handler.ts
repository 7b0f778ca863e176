import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #runs = 0;
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 50);
  }
  override async alarm() {
    this.#runs++;
    await this.ctx.storage.deleteAlarm();
    throw new Error("after deleting");
  }
  async seen() {
    return [this.#runs, await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "a handler that deletes its alarm and throws",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    await stub.plan();
    await tools.sleep(4000);
    tools.note("seen", await stub.seen());
  },
  { slow: true },
);
