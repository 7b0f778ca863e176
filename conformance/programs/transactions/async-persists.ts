import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async run() {
    await this.ctx.storage.transaction(async (txn) => {
      await txn.put("a", 1);
      await scheduler.wait(5);
      await txn.put("b", 2);
    });
    await this.ctx.storage.sync();
    this.ctx.abort("again");
  }
  async half() {
    await this.ctx.storage.transaction(async (txn) => {
      await txn.put("c", 1);
      await scheduler.wait(20);
      this.ctx.abort("in the middle");
    });
  }
  read() {
    return [...this.ctx.storage.kv.list()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "a transaction is there whole or not at all",
  async (t) => {
    await t.fails("run", () => t.objects.Subject.getByName("x").run());
    t.note("whole", await t.objects.Subject.getByName("x").read());
    await t.fails("half", () => t.objects.Subject.getByName("x").half());
    t.note("not at all", await t.objects.Subject.getByName("x").read());
  },
);
