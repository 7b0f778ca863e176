import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Child extends DurableObject {
  async set() {
    await this.ctx.storage.setAlarm(Date.now() + 1000);
    return "set";
  }
  get() {
    return this.ctx.storage.getAlarm();
  }
  clear() {
    return this.ctx.storage.deleteAlarm();
  }
  hello() {
    return "alive";
  }
  override alarm() {
    return;
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { fails, entries } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = () => this.ctx.facets.get("a", () => ({ class: child }));
    const stub = get();
    await fails("none", () => stub.get());
    await fails("clear", () => stub.clear());
    // What breaks the child at its commit there is refused in the call here: the words are the same.
    await fails("set", () => stub.set().catch(({ message }: Error) => message));
    await fails("afterwards", () => get().hello());
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "children have no alarms",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
