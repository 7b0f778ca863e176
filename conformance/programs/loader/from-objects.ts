import { DurableObject } from "cloudflare:workers";
import { code, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
export default {
  async run(tools) { const out = []; for (const n of [1, 2]) out.push(await tools.store(n)); return [out, await tools.sum()]; },
};`;

export class Subject extends DurableObject {
  async run() {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE t (n INTEGER)");
    const worker = loader().load(code(main, { globalOutbound: null }));
    const tools = {
      store: (n: number) => sql.exec("INSERT INTO t VALUES (?) RETURNING n", n).one().n,
      sum: () => sql.exec("SELECT sum(n) AS s FROM t").one().s,
    };
    return worker.getEntrypoint().run!(tools);
  }

  async kept() {
    const worker = loader().get("from objects", () =>
      code("let n = 0; export default { count(_) { n += 1; return n; } }"),
    );
    return worker.getEntrypoint().count!(1);
  }
}

export default inWorker<{ Subject: Subject }>(
  "objects load Workers",
  async ({ objects, fails }) => {
    await fails("tools that store", () => objects.Subject.getByName("a").run());
    await fails("one for all objects", async () => [
      await objects.Subject.getByName("a").kept(),
      await objects.Subject.getByName("b").kept(),
    ]);
  },
);
