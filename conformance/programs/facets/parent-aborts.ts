import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Child extends DurableObject {
  #instance = ++constructed;
  next() {
    const n = (this.ctx.storage.kv.get<number>("n") ?? 0) + 1;
    this.ctx.storage.kv.put("n", n);
    return [this.#instance, n];
  }
  async late() {
    await scheduler.wait(60);
    this.ctx.storage.kv.put("n", 100);
  }
}

export class Parent extends DurableObject {
  #child(className: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    return this.ctx.facets.get<Child>("a", () => ({ class: child }));
  }
  next(className: string) {
    return this.#child(className).next();
  }
  async die(className: string) {
    void this.#child(className).late();
    await scheduler.wait(10);
    this.ctx.abort("the parent's reason");
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "children end with their parent",
  async ({ objects, className, note, fails, sleep }) => {
    const get = () => objects.Parent.getByName("x");
    const name = className("Child");
    note("first", await get().next(name));
    note("second", await get().next(name));
    await fails("die", () => get().die(name));
    await sleep(120);
    note("third", await get().next(name));
  },
);
