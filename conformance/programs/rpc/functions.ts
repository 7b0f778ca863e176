import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Counter extends RpcTarget {
  #n = 0;
  own = "not visible";
  inc(by = 1) {
    this.#n += by;
    return this.#n;
  }
  get value() {
    return this.#n;
  }
}

type Callback = ((n: number) => Promise<number>) & { dup(): Callback };

export class Subject extends DurableObject {
  #kept: Callback | undefined;
  async use(callback: (n: number) => Promise<number>) {
    return [await callback(1), await callback(2)];
  }
  keepWithoutDup(callback: Callback) {
    this.#kept = callback;
  }
  keepWithDup(callback: Callback) {
    this.#kept = callback.dup();
  }
  useKept() {
    return this.#kept?.(10);
  }
  counter() {
    return new Counter();
  }
  nested() {
    return { a: { b: new Counter() }, f: (x: number) => x * 2 };
  }
}

export default inWorker<{ Subject: Subject }>(
  "functions and targets become stubs",
  async (tools) => {
    const { objects, note, fails } = tools;
    const stub = objects.Subject.getByName("functions");
    const open = stub as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
    const add = (n: number) => n + 100;
    note("callback during the call", await open.use!(add));
    await open.keepWithoutDup!(add);
    await fails("kept without dup", () => open.useKept!());
    await open.keepWithDup!(add);
    note("kept with dup", await open.useKept!());
    const counter = await stub.counter();
    note("method of a target", await counter.inc());
    note("again", await counter.inc(5));
    note("getter of a target", await counter.value);
    await fails(
      "own field of a target",
      async () => await (counter as unknown as { own: unknown }).own,
    );
    note("pipelined", await stub.counter().inc(3));
    const nested = stub.nested();
    note("pipelined deep", await nested.a.b.inc(4));
    note("pipelined function", await nested.f(21));
    await fails("callback throws", () =>
      open.use!(() => {
        throw new RangeError("from the caller");
      }),
    );
  },
);
