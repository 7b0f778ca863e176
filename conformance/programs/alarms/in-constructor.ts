import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    void ctx.storage.setAlarm(Date.now() + 50);
  }
  override alarm() {
    this.ctx.storage.kv.put("ran", true);
  }
  ran() {
    return this.ctx.storage.kv.get("ran");
  }
}

export default inWorker<{ Subject: Subject }>("an alarm set by the constructor", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  tools.note("at once", await stub.ran());
  await tools.sleep(700);
  tools.note("later", await stub.ran());
});
