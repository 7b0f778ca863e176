import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  write() {
    this.ctx.storage.kv.put("n", 1);
    queueMicrotask(() => this.ctx.abort("before the commit"));
    return "written";
  }
  read() {
    return this.ctx.storage.kv.get("n");
  }
}

export default inWorker<{ Subject: Subject }>("a result waits for its write", async (tools) => {
  const { objects, fails, note } = tools;
  await fails("write", () => objects.Subject.getByName("x").write());
  note("read", await objects.Subject.getByName("x").read());
});
