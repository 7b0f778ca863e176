import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    this.ctx.storage.kv.put("ran", [this.ctx.id.name, this.ctx.id.toString().length]);
  }
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 50);
  }
  ran() {
    return this.ctx.storage.kv.get("ran");
  }
}

export default inWorker<{ Subject: Subject }>(
  "the alarm of an object without a name",
  async (tools) => {
    const { Subject } = tools.objects;
    const stub = Subject.get(Subject.newUniqueId());
    await stub.plan();
    await tools.sleep(700);
    tools.note("ran", await stub.ran());
  },
);
