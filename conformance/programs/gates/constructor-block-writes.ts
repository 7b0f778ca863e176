import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS t (x)");
      await scheduler.wait(5);
      await ctx.storage.put("loaded", (await ctx.storage.get("loaded")) ?? "loaded");
    });
  }
  read() {
    return [this.ctx.storage.kv.get("loaded"), [...this.ctx.storage.sql.exec("SELECT * FROM t")]];
  }
}

export default inWorker<{ Subject: Subject }>(
  "a constructor may prepare storage",
  async (tools) => {
    tools.note("read", await tools.objects.Subject.getByName("x").read());
  },
);
