import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

const constructed: Record<string, number> = {};

export class Child extends DurableObject {
  #instance: number;
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    const name = String(ctx.id);
    constructed[name] = (constructed[name] ?? 0) + 1;
    this.#instance = constructed[name]!;
  }
  instance() {
    return this.#instance;
  }
  async wait() {
    await scheduler.wait(1000);
    return "waited";
  }
  #below(className: string) {
    const self = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    return this.ctx.facets.get<Child>("below", () => ({ class: self, id: `below ${this.ctx.id}` }));
  }
  below(className: string) {
    return this.#below(className).instance();
  }
  waitBelow(className: string) {
    return this.#below(className).wait();
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { note, fails, entries, sleep } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = (name: string) =>
      this.ctx.facets.get<Child>(name, () => ({ class: child, id: name }));
    const reasons: [string, unknown][] = [
      ["an error", Object.assign(new RangeError("an error"), { code: 1 })],
      ["a text", "a text"],
      ["nothing", undefined],
      ["a record", { a: 1 }],
      ["null", null],
    ];
    for (const [label, reason] of reasons) {
      const stub = get(label);
      note(`${label}: before`, [await stub.instance(), await stub.below(className)]);
      const waiting = stub.wait().catch((error: unknown) => error);
      const deep = stub.waitBelow(className).catch((error: unknown) => error);
      await sleep(20);
      this.ctx.facets.abort(label, reason);
      note(`${label}: in flight`, await waiting);
      note(`${label}: deeper`, await deep);
      await fails(`${label}: the same stub`, () => stub.instance());
      note(`${label}: after`, [await get(label).instance(), await get(label).below(className)]);
    }
    await fails("without a reason", () => (this.ctx.facets.abort as (name: string) => void)("x"));
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "an abort takes along what is below",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
