import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  write() {
    const { kv, sql } = this.ctx.storage;
    kv.put("a", 1);
    sql.exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    void this.ctx.storage.put("b", 2);
    this.ctx.abort("in the middle");
  }
  read() {
    const { kv, sql } = this.ctx.storage;
    const tables = sql.exec("SELECT name FROM sqlite_master WHERE name = 't'").toArray();
    return [kv.get("a"), kv.get("b"), tables];
  }
}

export default inWorker<{ Subject: Subject }>(
  "the writes of one turn are one commit",
  async (tools) => {
    const { objects, fails, note } = tools;
    await fails("write", () => objects.Subject.getByName("x").write());
    note("none is there", await objects.Subject.getByName("x").read());
  },
);
