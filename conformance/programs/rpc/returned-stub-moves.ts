import { DurableObject, RpcStub, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Counter extends RpcTarget {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

type Held = { next(): Promise<number>; dup(): Held } & Disposable;

export class Subject extends DurableObject {
  #kept: Held | undefined;
  keep(given: Held) {
    this.#kept = given.dup();
  }
  give() {
    return this.#kept;
  }
  copy() {
    return this.#kept?.dup();
  }
  back(given: Held) {
    return given;
  }
  own() {
    this.#kept = new RpcStub(new Counter()) as unknown as Held;
    return this.#kept;
  }
  async use() {
    return this.#kept?.next();
  }
}

type Open = Record<
  "keep" | "give" | "copy" | "back" | "own" | "use",
  (it?: unknown) => Promise<unknown>
>;

export default inWorker<{ Subject: Subject }>(
  "whose a stub in a result is",
  async ({ objects, note, fails }) => {
    const stub = objects.Subject.getByName("x") as unknown as Open;
    const counter = new Counter();
    await stub.keep(counter);
    await fails("used by the keeper", () => stub.use());
    const copy = (await stub.copy()) as Held;
    note("a copy of it", await copy.next());
    await fails("still used by the keeper", () => stub.use());
    const given = (await stub.give()) as Held;
    note("given away", await given.next());
    await fails("used by who gave it away", () => stub.use());
    const back = (await stub.back(counter)) as Held;
    note("a parameter that comes back", await back.next());
    const own = (await stub.own()) as Held;
    note("one made by hand", await own.next());
    await fails("used by its maker", () => stub.use());
    own[Symbol.dispose]();
    await fails("after its end", () => own.next());
  },
);
