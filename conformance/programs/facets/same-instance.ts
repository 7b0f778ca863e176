import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

export class Parent extends DurableObject {
  async run(name: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[name]!;
    const get = () => this.ctx.facets.get("child", () => ({ class: child }));
    const [first, second] = [get(), get()];
    return [await first.next(), await second.next(), first === second];
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "one name is one child",
  async ({ objects, className, note }) => {
    note("run", await objects.Parent.getByName("x").run(className("Child")));
  },
);
