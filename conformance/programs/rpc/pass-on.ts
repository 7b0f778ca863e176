import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Counter extends RpcTarget {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

export class Maker extends DurableObject {
  make() {
    return new Counter();
  }
}

export class User extends DurableObject {
  async use(counter: { next(): Promise<number> }) {
    return [await counter.next(), await counter.next()];
  }
}

type Using = { use(counter: unknown): Promise<unknown> };

export default inWorker<{ Maker: Maker; User: User }>(
  "a stub is passed on",
  async ({ objects, note }) => {
    const counter = await objects.Maker.getByName("m").make();
    const user = objects.User.getByName("u") as unknown as Using;
    note("used by another object", await user.use(counter));
    note("kept by the one who passed it", await counter.next());
  },
);
