import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  hello() {
    return "hello";
  }
}

type Startup = () => { class: DurableObjectClass<Child> };

export class Parent extends DurableObject {
  async run(className: string) {
    const { fails, entries } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const start = (name: string, options: unknown) =>
      this.ctx.facets.get<Child>(name, options as Startup).hello();
    await fails("a raw class", () => start("a", () => ({ class: Child })));
    await fails("no class", () => start("b", () => ({})));
    await fails("nothing", () => start("c", () => undefined));
    await fails("null", () => start("d", () => null));
    await fails("a number", () => start("e", () => 5));
    await fails("no function", () => start("f", { class: child }));
    await fails("no second argument", () => start("g", undefined));
    await fails("an id that is a number", () => start("h", () => ({ class: child, id: 5 })));
    await fails("an id that is null", () => start("i", () => ({ class: child, id: null })));
    await fails("with what is unknown", () => start("j", () => ({ class: child, other: 1 })));
    await fails("a thenable", () =>
      start("k", () => ({
        // biome-ignore lint/suspicious/noThenProperty: it is what is tried
        then: (resolve: (value: unknown) => void) => resolve({ class: child }),
      })),
    );
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "what a child can be started with",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
