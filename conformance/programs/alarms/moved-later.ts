import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #planned = 0;
  #early = 0;
  #runs = 0;
  override alarm() {
    this.#runs++;
    if (Date.now() < this.#planned) this.#early++;
  }
  async plan(milliseconds: number) {
    this.#planned = Date.now() + milliseconds;
    await this.ctx.storage.setAlarm(this.#planned);
  }
  seen() {
    return { runs: this.#runs, early: this.#early };
  }
}

export default inWorker<{ Subject: Subject }>("an alarm that is moved later", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await stub.plan(200);
  await stub.plan(1500);
  await tools.sleep(500);
  tools.note("before", await stub.seen());
  await tools.sleep(1700);
  tools.note("after", await stub.seen());
});
