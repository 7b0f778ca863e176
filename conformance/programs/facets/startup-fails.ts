import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  hello() {
    return "hello";
  }
}

export class Parent extends DurableObject {
  async start(className: string, how: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const facets = this.ctx.facets;
    switch (how) {
      case "throws":
        return facets
          .get<Child>("a", () => {
            throw new RangeError("in the options");
          })
          .hello();
      case "rejects":
        return facets.get<Child>("b", () => Promise.reject(new TypeError("rejected"))).hello();
      case "raw class":
        return facets
          .get("c", () => ({ class: Child as never as DurableObjectClass<Child> }))
          .hello();
      case "no class":
        return facets.get("d", () => ({}) as { class: DurableObjectClass<Child> }).hello();
      default:
        return facets.get("a", () => ({ class: child })).hello();
    }
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "a child that does not start",
  async ({ objects, className, fails }) => {
    for (const how of ["throws", "rejects", "well"]) {
      await fails(how, () => objects.Parent.getByName("x").start(className("Child"), how));
    }
  },
);
