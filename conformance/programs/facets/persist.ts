import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  keep(value: number) {
    this.ctx.storage.kv.put("kept", value);
  }
  kept() {
    return this.ctx.storage.kv.get("kept");
  }
}

export class Parent extends DurableObject {
  #get(className: string, name: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    return this.ctx.facets.get(name, () => ({ class: child }));
  }
  async keep(className: string) {
    await this.#get(className, "a").keep(1);
    await this.#get(className, "b").keep(2);
    await scheduler.wait(20);
    this.ctx.abort("again");
  }
  async kept(className: string) {
    return [await this.#get(className, "a").kept(), await this.#get(className, "b").kept()];
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "children keep their storage when the parent starts again",
  async ({ objects, className, note, fails }) => {
    await fails("keep", () => objects.Parent.getByName("x").keep(className("Child")));
    note("kept", await objects.Parent.getByName("x").kept(className("Child")));
  },
);
