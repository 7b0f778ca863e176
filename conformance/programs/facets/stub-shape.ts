import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  hello() {
    return "hello";
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { note, refuses, entries } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const stub = this.ctx.facets.get("a", () => ({ class: child }));
    // What its constructor is called differs on workerd with what ran before.
    note("class", [String(stub), Object.prototype.toString.call(stub)]);
    note("keys", Object.keys(stub));
    note("then", (stub as unknown as { then: unknown }).then);
    await refuses("stored", () => this.ctx.storage.put("k", stub));
    return entries;
  }
  give(className: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    return this.ctx.facets.get("a", () => ({ class: child })) as unknown;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "the shape of a child's stub",
  async ({ objects, className, merge, fails }) => {
    const stub = objects.Parent.getByName("x");
    merge((await stub.run(className("Child"))) as never);
    await fails("as a result", () => stub.give(className("Child")));
  },
);
