import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async write() {
    const { storage } = this.ctx;
    void storage.put("n", 1);
    await storage.sync();
    void storage.put("n", 2);
    this.ctx.abort("after the sync");
  }
  read() {
    return this.ctx.storage.kv.get("n");
  }
}

export default inWorker<{ Subject: Subject }>(
  "sync makes durable what came before",
  async (tools) => {
    const { objects, fails, note } = tools;
    await fails("write", () => objects.Subject.getByName("x").write());
    note("read", await objects.Subject.getByName("x").read());
  },
);
