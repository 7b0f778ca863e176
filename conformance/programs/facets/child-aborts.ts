import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  #n = 0;
  die() {
    this.ctx.abort("the child's reason");
  }
  next() {
    return ++this.#n;
  }
}

export class Parent extends DurableObject {
  #alive = "the parent lives";
  async run(className: string) {
    const { note, fails, entries } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = () => this.ctx.facets.get("a", () => ({ class: child }));
    const stub = get();
    await stub.next();
    await fails("die", () => stub.die());
    await fails("the old stub", () => stub.next());
    note("a new one", await get().next());
    note("the parent", this.#alive);
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "a child that aborts itself",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
