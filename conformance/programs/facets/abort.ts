import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  #n = 0;
  next() {
    this.ctx.storage.kv.put("n", ++this.#n);
    return this.#n;
  }
  stored() {
    return [this.#n, this.ctx.storage.kv.get("n")];
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { note, fails, entries, sleep } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = () => this.ctx.facets.get("a", () => ({ class: child }));
    const stub = get();
    await stub.next();
    await sleep(20);
    this.ctx.facets.abort("a", new RangeError("the reason"));
    await fails("the old stub", () => stub.next());
    note("a new one", await get().stored());
    await fails("an unknown name", () => this.ctx.facets.abort("nobody", new Error("x")));
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "aborting a child keeps its storage",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
