import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #runs = 0;
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 50);
  }
  override alarm() {
    this.#runs++;
    this.ctx.storage.kv.put("written", this.#runs);
    if (this.#runs === 1) throw new Error("after the write");
  }
  seen() {
    return [this.#runs > 0, this.ctx.storage.kv.get("written")];
  }
}

export default inWorker<{ Subject: Subject }>("what a failed run wrote stays", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await stub.plan();
  await tools.sleep(700);
  tools.note("seen", await stub.seen());
});
