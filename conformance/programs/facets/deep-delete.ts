import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Nest extends DurableObject {
  #child(className: string) {
    const self = (this.ctx.exports as Record<string, DurableObjectClass<Nest>>)[className]!;
    return this.ctx.facets.get("child", () => ({ class: self })) as unknown as Nest;
  }
  async keep(className: string, levels: number): Promise<void> {
    this.ctx.storage.kv.put("kept", levels);
    if (levels > 0) await this.#child(className).keep(className, levels - 1);
  }
  async kept(className: string, levels: number): Promise<unknown[]> {
    const mine = this.ctx.storage.kv.get("kept") ?? "nothing";
    return levels === 0
      ? [mine]
      : [mine, ...(await this.#child(className).kept(className, levels - 1))];
  }
  drop() {
    this.ctx.facets.delete("child");
  }
}

export default inWorker<{ Nest: Nest }>(
  "deleting a child deletes its children",
  async ({ objects, className, note }) => {
    const stub = objects.Nest.getByName("x");
    await stub.keep(className("Nest"), 2);
    note("before", await stub.kept(className("Nest"), 2));
    await stub.drop();
    note("after", await stub.kept(className("Nest"), 2));
  },
);
