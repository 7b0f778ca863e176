import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async plan(milliseconds: number) {
    await this.ctx.storage.setAlarm(Date.now() + milliseconds);
  }
  override async alarm() {
    this.ctx.storage.kv.put("at", Date.now());
  }
  at() {
    return this.ctx.storage.kv.get<number>("at") ?? 0;
  }
}

export default inWorker<{ Subject: Subject }>("the earlier alarm fires first", async (tools) => {
  const [late, soon] = ["late", "soon"].map((name) => tools.objects.Subject.getByName(name));
  await late!.plan(700);
  await soon!.plan(100);
  await tools.sleep(1500);
  const [lateAt, soonAt] = [await late!.at(), await soon!.at()];
  tools.note("both", [lateAt > 0, soonAt > 0]);
  tools.note("in order", soonAt < lateAt);
});
