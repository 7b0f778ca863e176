import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  put(value: number) {
    this.ctx.storage.kv.put("k", value);
    return value;
  }
  stored() {
    return this.ctx.storage.kv.get("k");
  }
  async wait() {
    await scheduler.wait(1000);
    this.ctx.storage.kv.put("k", "too late");
    return "waited";
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { note, fails, entries, sleep } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = (name: string) => this.ctx.facets.get<Child>(name, () => ({ class: child }));
    const stub = get("a");
    await stub.put(1);
    const waiting = stub.wait().catch((error: unknown) => error);
    await sleep(20);
    this.ctx.facets.delete("a");
    note("in flight", await waiting);
    await fails("the same stub", () => stub.stored());
    note("a new one", await get("a").stored());
    await get("a").put(2);
    this.ctx.facets.delete("a");
    this.ctx.facets.delete("a");
    note("deleted twice", await get("a").stored());
    await fails("an unknown one", () => this.ctx.facets.delete("nobody"));
    await fails("no name", () => (this.ctx.facets.delete as () => void)());
    return entries;
  }
  async deleteAll(className: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = (name: string) => this.ctx.facets.get<Child>(name, () => ({ class: child }));
    const stub = get("b");
    await stub.put(3);
    await this.ctx.storage.put("own", 1);
    await this.ctx.storage.deleteAll();
    const seen = await stub.stored().catch((error: unknown) => error);
    return [String(seen), await get("b").stored()];
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "a child is deleted while it works",
  async ({ objects, className, merge, note }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
    note(
      "deleteAll of the parent",
      await objects.Parent.getByName("y").deleteAll(className("Child")),
    );
  },
);
