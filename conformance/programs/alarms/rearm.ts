import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #times = 0;
  #inside: unknown[] = [];
  async start() {
    await this.ctx.storage.setAlarm(Date.now() + 20);
  }
  override async alarm() {
    this.#times++;
    if (this.#times < 3) await this.ctx.storage.setAlarm(Date.now() + 20);
    this.#inside.push((await this.ctx.storage.getAlarm()) !== null);
  }
  async seen() {
    return [this.#times, this.#inside, await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "an alarm set inside its handler",
  async ({ objects, note, sleep }) => {
    const stub = objects.Subject.getByName("rearm");
    await stub.start();
    await sleep(1800);
    note("seen", await stub.seen());
  },
);
