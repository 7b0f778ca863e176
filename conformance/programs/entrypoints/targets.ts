import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Counter extends RpcTarget {
  #n: number;
  constructor(start: number) {
    super();
    this.#n = start;
  }
  next() {
    return ++this.#n;
  }
}

export class Entry extends WorkerEntrypoint {
  counter(start: number) {
    return new Counter(start);
  }
  async use(callback: (n: number) => Promise<number>) {
    return (await callback(20)) + 1;
  }
}

type Open = {
  counter(start: number): Promise<Counter> & Counter;
  use(callback: (n: number) => number): Promise<number>;
};

export default inWorker("targets of an entrypoint", async ({ exports, note }) => {
  const entry = exports.Entry as unknown as Open;
  const counter = await entry.counter(5);
  note("kept", [await counter.next(), await counter.next()]);
  note("pipelined", await entry.counter(10).next());
  note("callback", await entry.use((n) => n * 2));
});
