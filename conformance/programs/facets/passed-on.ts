import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  hello() {
    return "hello";
  }
  take(value: unknown) {
    return typeof value;
  }
}

export class Parent extends DurableObject {
  async run(className: string, otherName: string) {
    const { fails, note, entries } = new Trace();
    const exports = this.ctx.exports as Record<string, DurableObjectClass<Child>>;
    const child = exports[className]!;
    const others = (this.ctx.exports as Record<string, DurableObjectNamespace<Parent>>)[otherName]!;
    const stub = this.ctx.facets.get<Child>("a", () => ({ class: child }));
    const sibling = this.ctx.facets.get("b", () => ({ class: child })) as unknown as {
      take(it: unknown): Promise<string>;
    };
    const other = others.getByName("other") as unknown as { take(it: unknown): Promise<string> };
    await fails("to a sibling", () => sibling.take(stub));
    await fails("to another object", () => other.take(stub));
    await fails("in a record", () => other.take({ deep: [stub] }));
    await fails("the class", () => other.take(child));
    note("and lives", await stub.hello());
    return entries;
  }
  take(value: unknown) {
    return typeof value;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "stubs of children stay at home",
  async ({ objects, className, merge }) => {
    const run = objects.Parent.getByName("x").run(className("Child"), className("Parent"));
    merge((await run) as never);
  },
);
