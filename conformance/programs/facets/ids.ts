import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  who() {
    const { id } = this.ctx;
    return [typeof id === "string" ? id : id.name, typeof id];
  }
}

export class Parent extends DurableObject {
  async run(className: string, other: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const space = (this.ctx.exports as Record<string, DurableObjectNamespace>)[other]!;
    const get = (name: string, id?: DurableObjectId | string) =>
      this.ctx.facets.get(name, () => ({ class: child, ...(id !== undefined && { id }) })).who();
    return [await get("a"), await get("b", space.idFromName("given")), await get("c", "a text")];
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "the id of a child",
  async ({ objects, className, note }) => {
    const run = objects.Parent.getByName("parent's").run(className("Child"), className("Parent"));
    note("ids", await run);
  },
);
