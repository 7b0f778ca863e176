import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  keep() {
    this.ctx.storage.kv.put("kept", 1);
  }
  kept() {
    return this.ctx.storage.kv.get("kept");
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { note, fails, entries } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = () => this.ctx.facets.get("a", () => ({ class: child }));
    const stub = get();
    await stub.keep();
    await fails("delete", () => this.ctx.facets.delete("a"));
    await fails("the old stub", () => stub.kept());
    note("a new one", await get().kept());
    await fails("an unknown name", () => this.ctx.facets.delete("nobody"));
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "deleting a child erases its storage",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
