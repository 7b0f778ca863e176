import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

export class Parent extends DurableObject {
  async run(className: string, name: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    return this.ctx.facets.get(name, () => ({ class: child })).next();
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "names of children",
  async ({ objects, className, fails }) => {
    const stub = objects.Parent.getByName("x");
    const run = (name: string) => stub.run(className("Child"), name);
    await fails("plain", () => run("a"));
    await fails("another", () => run("b"));
    await fails("NUL inside", () => run("a\0b"));
    await fails("slash and dots", () => run("../x"));
    await fails("unicode", () => run("☃"));
    await fails("256 letters", () => run("x".repeat(256)));
    await fails("257 letters", () => run("x".repeat(257)));
    await fails("the first again", () => run("a"));
  },
);
