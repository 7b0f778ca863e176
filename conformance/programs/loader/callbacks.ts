import { RpcTarget } from "cloudflare:workers";
import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

class Tools extends RpcTarget {
  readonly calls: unknown[] = [];

  add(a: number, b: number) {
    this.calls.push([a, b]);
    return a + b;
  }

  fail() {
    throw new TypeError("a tool failed");
  }

  get name() {
    return "tools";
  }
}

const main = `
import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
class Counter extends RpcTarget {
  #n = 0;
  next(by = 1) { this.#n += by; return this.#n; }
}
export default class extends WorkerEntrypoint {
  async run(tools) { return [await tools.add(1, 2), await tools.name, await tools.add(3, 4)]; }
  async caught(tools) { try { await tools.fail(); } catch (e) { return [e.name, e.message, e.remote]; } }
  uncaught(tools) { return tools.fail(); }
  async each(callback) { const out = []; for (const n of [1, 2, 3]) out.push(await callback(n)); return out; }
  counter() { return new Counter(); }
  maker() { return { twice: (n) => n * 2, deep: { counter: new Counter() } }; }
}`;

export default inWorker(
  "a loaded Worker calls back, and is called back",
  async ({ note, fails }) => {
    const worker = load(main);
    const tools = new Tools();
    await fails("tools", () => worker.run!(tools));
    note("their calls", tools.calls);
    await fails("a failing tool", () => worker.caught!(tools));
    await fails("not caught", () => worker.uncaught!(tools));
    await fails("a function", () => worker.each!(async (n: number) => n * 10));
    const counter = (await worker.counter!()) as {
      next(by?: number): Promise<number>;
    } & Disposable;
    await fails("a target of its own", async () => [await counter.next(), await counter.next(5)]);
    counter[Symbol.dispose]();
    await fails("disposed of", () => counter.next());
    type Maker = {
      twice(n: number): Promise<number>;
      deep: { counter: { next(): Promise<number> } };
    };
    const made = (await worker.maker!()) as Maker;
    await fails("in an object", async () => [await made.twice(4), await made.deep.counter.next()]);
    type Pipelined = { counter(): { next(n: number): Promise<number> } };
    await fails("pipelined", () => (worker as unknown as Pipelined).counter().next(7));
  },
);
