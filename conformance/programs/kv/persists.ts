import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async write() {
    await this.ctx.storage.put({ a: 1, b: new Map([["c", 2]]) });
    await this.ctx.storage.delete("a");
    this.ctx.storage.kv.put("d", 3);
    await this.ctx.storage.sync();
    this.ctx.abort("again");
  }
  read() {
    return this.ctx.storage.list();
  }
}

export default inWorker<{ Subject: Subject }>(
  "what was written is there for the next",
  async (t) => {
    await t.fails("write", () => t.objects.Subject.getByName("x").write());
    t.note("read", await t.objects.Subject.getByName("x").read());
  },
);
