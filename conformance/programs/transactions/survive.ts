import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async writeAndThrow() {
    await this.ctx.storage.put("written", 1);
    this.ctx.storage.sql.exec("CREATE TABLE t (a)");
    throw new Error("after the writes");
  }
  read() {
    const { sql } = this.ctx.storage;
    return [
      this.ctx.storage.kv.get("written"),
      sql.exec("SELECT name FROM sqlite_master WHERE name = 't'").toArray(),
    ];
  }
  writeAndAbort() {
    this.ctx.storage.kv.put("unsaved", 1);
    this.ctx.abort("dropped");
  }
  unsaved() {
    return this.ctx.storage.kv.get("unsaved");
  }
}

export default inWorker<{ Subject: Subject }>(
  "writes and failures",
  async ({ objects, note, fails }) => {
    const stub = objects.Subject.getByName("survive");
    await fails("throws after writing", () => stub.writeAndThrow());
    note("what was written stays", await stub.read());
    await fails("aborts after writing", () => stub.writeAndAbort());
    note("what was not committed is gone", await objects.Subject.getByName("survive").unsaved());
  },
);
