import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  async start() {
    this.ctx.storage.kv.put("who", []);
    await this.ctx.storage.setAlarm(Date.now() + 700);
    await this.ctx.storage.sync();
  }
  die() {
    this.ctx.abort("gone");
  }
  override alarm() {
    this.ctx.storage.kv.put("who", [this.#instance, this.ctx.id.name]);
  }
  who() {
    return this.ctx.storage.kv.get("who");
  }
}

export default inWorker<{ Subject: Subject }>(
  "an alarm wakes an object that was reset",
  async (t) => {
    const { objects, note, fails, sleep } = t;
    const stub = objects.Subject.getByName("cold");
    await stub.start();
    await fails("reset", () => stub.die());
    await sleep(1500);
    note("the new instance, with its name", await objects.Subject.getByName("cold").who());
  },
);
