import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class One extends DurableObject {
  who() {
    this.ctx.storage.kv.put("was", "one");
    return ["one", this.ctx.props];
  }
}

export class Two extends DurableObject {
  who() {
    return ["two", this.ctx.storage.kv.get("was"), this.ctx.props];
  }
}

type Maker = DurableObjectClass<One> & ((options: { props: object }) => DurableObjectClass<One>);

export class Parent extends DurableObject {
  async run(one: string, two: string) {
    const { note, entries } = new Trace();
    const exports = this.ctx.exports as unknown as Record<string, Maker>;
    const get = (it: DurableObjectClass<One>) =>
      this.ctx.facets.get<One>("a", () => ({ class: it }));
    note("with props", await get(exports[one]!({ props: { n: 1 } })).who());
    note("other props while it runs", await get(exports[one]!({ props: { n: 2 } })).who());
    note("another class while it runs", await get(exports[two]!).who());
    this.ctx.facets.abort("a", new Error("changed"));
    note("another class afterwards", await get(exports[two]!({ props: { n: 3 } })).who());
    return entries;
  }
}

export default inWorker<{ Parent: Parent; One: One; Two: Two }>(
  "a child under its name gets another class",
  async ({ objects, className, merge }) => {
    const run = objects.Parent.getByName("x").run(className("One"), className("Two"));
    merge((await run) as never);
  },
);
