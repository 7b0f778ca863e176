import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async die() {
    this.ctx.storage.kv.put("before", 1);
    await this.ctx.storage.sync();
    setTimeout(() => {
      this.ctx.storage.kv.put("after", 1);
    }, 200);
    await scheduler.wait(1);
    this.ctx.abort("now");
  }
  read() {
    return [...this.ctx.storage.kv.list()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "timers of an aborted object are dead",
  async (tools) => {
    const { objects, fails, note, sleep } = tools;
    await fails("die", () => objects.Subject.getByName("x").die());
    await sleep(300);
    note("read", await objects.Subject.getByName("x").read());
  },
);
