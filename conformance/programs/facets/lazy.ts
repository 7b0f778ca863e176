import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Child extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    constructed++;
  }
  hello() {
    return "hello";
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    let asked = 0;
    const get = () =>
      this.ctx.facets.get("a", async () => {
        asked++;
        await scheduler.wait(5);
        return { class: child };
      });
    const stub = get();
    const before = [asked, constructed];
    await stub.hello();
    await get().hello();
    return [before, [asked, constructed]];
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "a child starts with its first call",
  async ({ objects, className, note }) => {
    note("asked and constructed", await objects.Parent.getByName("x").run(className("Child")));
  },
);
