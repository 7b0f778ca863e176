import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  put(value: number) {
    this.ctx.storage.kv.put("k", value);
  }
  stored() {
    return this.ctx.storage.kv.get("k");
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { note, fails, entries } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = (name: string) => this.ctx.facets.get<Child>(name, () => ({ class: child }));
    await get("a").put(1);
    const facets = this.ctx.facets as unknown as { clone(from: string, to: string): void };
    await fails("clone", () => facets.clone("a", "b"));
    note("the copy", await get("b").stored());
    await get("b").put(2);
    note("apart", [await get("a").stored(), await get("b").stored()]);
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "a child is copied",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
