import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  keep(value: string) {
    this.ctx.storage.kv.put("kept", value);
    this.ctx.storage.sql.exec("CREATE TABLE t (a)");
    return this.kept();
  }
  kept() {
    const { kv, sql } = this.ctx.storage;
    return [kv.get("kept"), sql.exec("SELECT name FROM sqlite_master WHERE name = 't'").toArray()];
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = (name: string) => this.ctx.facets.get(name, () => ({ class: child }));
    this.ctx.storage.kv.put("kept", "parent's");
    const a = await get("a").keep("a's");
    return [a, await get("b").kept(), this.ctx.storage.kv.get("kept")];
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "parent and children have storage of their own",
  async ({ objects, className, note }) => {
    note("run", await objects.Parent.getByName("x").run(className("Child")));
  },
);
