import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #runs = 0;
  override alarm() {
    this.#runs++;
  }
  async plan(milliseconds: number) {
    await this.ctx.storage.setAlarm(Date.now() + milliseconds);
  }
  runs() {
    return this.#runs;
  }
}

export default inWorker<{ Subject: Subject }>("an alarm that is moved earlier", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await stub.plan(60_000);
  await stub.plan(100);
  await tools.sleep(900);
  tools.note("runs", await stub.runs());
});
