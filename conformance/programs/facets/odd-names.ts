import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  hello() {
    return "hello";
  }
}

export class Parent extends DurableObject {
  async run(className: string, kind: string) {
    const names: Record<string, unknown> = {
      number: 5,
      null: null,
      record: {},
      "letters of two bytes": "é".repeat(200),
      spaces: "  ",
      symbol: Symbol("s"),
    };
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    return this.ctx.facets.get<Child>(names[kind] as string, () => ({ class: child })).hello();
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "odd names of children",
  async ({ objects, className, fails }) => {
    const kinds = ["number", "null", "record", "letters of two bytes", "spaces", "symbol"];
    for (const kind of kinds) {
      await fails(kind, () => objects.Parent.getByName(kind).run(className("Child"), kind));
    }
  },
);
