import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

let tries = 0;

export class Child extends DurableObject {
  async section() {
    await this.ctx.blockConcurrencyWhile(async () => {
      throw new RangeError("in a section");
    });
  }
  hello() {
    return "alive";
  }
  later() {
    void Promise.reject(new Error("unhandled"));
    setTimeout(() => {
      throw new Error("in a timer");
    }, 1);
  }
}

export class Fragile extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    if (++tries < 2) throw new RangeError("in the constructor");
  }
  hello() {
    return `after ${tries}`;
  }
}

export class Parent extends DurableObject {
  #alive = true;
  async run(childName: string, fragileName: string) {
    const { fails, note, entries, sleep } = new Trace();
    const exports = this.ctx.exports as Record<string, DurableObjectClass<Child & Fragile>>;
    const get = (name: string, className: string) =>
      this.ctx.facets.get<Child & Fragile>(name, () => ({ class: exports[className]! }));
    const child = get("a", childName);
    await child.hello();
    await fails("a section that fails", () => child.section());
    await fails("the same stub", () => child.hello());
    await fails("a new one", () => get("a", childName).hello());
    await get("a", childName).later();
    await sleep(20);
    await fails("after what nobody caught", () => get("a", childName).hello());
    const fragile = get("b", fragileName);
    await fails("a constructor that throws", () => fragile.hello());
    await fails("the same stub again", () => fragile.hello());
    await fails("another", () => get("b", fragileName).hello());
    note("the parent", this.#alive);
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child; Fragile: Fragile }>(
  "children that reset themselves",
  async ({ objects, className, merge }) => {
    const run = objects.Parent.getByName("x").run(className("Child"), className("Fragile"));
    merge((await run) as never);
  },
);
