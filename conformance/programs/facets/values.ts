import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

class Counter extends RpcTarget {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

export class Child extends DurableObject {
  async call(callback: (n: number) => Promise<number>) {
    return callback(20);
  }
  counter() {
    return new Counter();
  }
  async text(stream: ReadableStream) {
    return new Response(stream).text();
  }
  stream() {
    return new Response("from the child").body!;
  }
  fail(): void {
    throw Object.assign(new RangeError("in the child"), { code: 3 });
  }
  get field() {
    return { deep: 1 };
  }
  order: number[] = [];
  push(n: number) {
    this.order.push(n);
    return this.order;
  }
}

export class Parent extends DurableObject {
  async run(className: string) {
    const { fails, note, entries } = new Trace();
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[className]!;
    const get = () =>
      this.ctx.facets.get<Child>("a", async () => {
        await scheduler.wait(10);
        return { class: child };
      });
    const stub = get();
    const pushes = [1, 2, 3, 4, 5].map((n) => stub.push(n));
    note("order", (await Promise.all(pushes)).at(-1));
    const open = stub as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    note("callback", await open.call!((n: number) => n + 1));
    note("pipelined", await stub.counter().next());
    note("stream in", await open.text!(new Response("to the child").body));
    note("stream out", await new Response((await stub.stream()) as ReadableStream).text());
    note("field", await (stub.field as unknown as { deep: Promise<number> }).deep);
    await fails("error", () => stub.fail());
    await fails("missing", () => open.nope!());
    await fails("reserved", () => open.alarm!());
    await fails("own property", async () => await (stub as unknown as { order: unknown }).order);
    return entries;
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "calls to a child carry what other calls carry",
  async ({ objects, className, merge }) => {
    merge((await objects.Parent.getByName("x").run(className("Child"))) as never);
  },
);
