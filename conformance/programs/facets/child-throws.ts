import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  #n = 0;
  fail(): void {
    this.#n++;
    throw new RangeError("in the child");
  }
  n() {
    return this.#n;
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { note, fails, entries } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const stub = this.ctx.facets.get("a", () => ({ class: child }));
    await fails("fail", () => stub.fail());
    note("the child lives", await stub.n());
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "an error in a child",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
