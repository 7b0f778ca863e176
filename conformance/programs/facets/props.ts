import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  props() {
    return this.ctx.props;
  }
}

type Class = DurableObjectClass<Child>;
type Specialised = Class & ((options: { props: unknown }) => Class);

export class Parent extends DurableObject {
  async run(className: string) {
    const child = this.ctx.exports[className as never] as unknown as Specialised;
    const plain = this.ctx.facets.get<Child>("a", () => ({ class: child }));
    const given = this.ctx.facets.get<Child>("b", () => ({
      class: child({ props: { level: 3 } }),
    }));
    return [await plain.props(), await given.props(), this.ctx.props];
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "props of a child",
  async ({ objects, className, note }) => {
    note("props", await objects.Parent.getByName("x").run(className("Child")));
  },
);
