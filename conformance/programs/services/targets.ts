import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Counter extends RpcTarget {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

export class Entry extends WorkerEntrypoint {
  counter() {
    return new Counter();
  }
  async use(callback: (n: number) => Promise<number>) {
    return callback(20);
  }
}

type Open = {
  counter(): Promise<Counter> & Counter;
  use(callback: (n: number) => number): Promise<number>;
};

export default inWorker("targets through a service binding", async ({ services, note }) => {
  const entry = services.Entry as unknown as Open;
  using counter = (await entry.counter()) as unknown as Counter & Disposable;
  note("kept", [await counter.next(), await counter.next()]);
  note("pipelined", await entry.counter().next());
  note("callback", await entry.use((n) => n + 1));
});
