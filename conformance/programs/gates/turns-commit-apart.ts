import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async write() {
    this.ctx.storage.kv.put("first turn", 1);
    await scheduler.wait(100);
    this.ctx.storage.kv.put("second turn", 1);
    this.ctx.abort("in the second");
  }
  read() {
    return [...this.ctx.storage.kv.list()];
  }
}

export default inWorker<{ Subject: Subject }>("a turn that ended is kept", async (tools) => {
  const { objects, fails, note } = tools;
  await fails("write", () => objects.Subject.getByName("x").write());
  note("kept", await objects.Subject.getByName("x").read());
});
