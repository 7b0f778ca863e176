import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    this.ctx.storage.kv.put("ran", this.ctx.id.name);
  }
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 100);
  }
  ran() {
    return this.ctx.storage.kv.get("ran");
  }
}

export default inWorker<{ Subject: Subject }>(
  "each object has an alarm of its own",
  async (tools) => {
    const [a, b, c] = ["a", "b", "c"].map((name) => tools.objects.Subject.getByName(name));
    await Promise.all([a!.plan(), b!.plan()]);
    await tools.sleep(900);
    tools.note("ran", [await a!.ran(), await b!.ran(), await c!.ran()]);
  },
);
