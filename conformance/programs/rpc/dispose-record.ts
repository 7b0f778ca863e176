import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

class Resource extends RpcTarget {
  #name: string;
  constructor(name: string) {
    super();
    this.#name = name;
  }
  get own() {
    return this.#name;
  }
  [Symbol.dispose]() {
    seen.push(this.#name);
  }
}

export class Subject extends DurableObject {
  open() {
    return { a: new Resource("a"), deep: [new Resource("b")] };
  }
  seen() {
    return seen.toSorted();
  }
}

export default inWorker<{ Subject: Subject }>(
  "a record disposes every stub in it",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    const result = (await stub.open()) as unknown as Disposable & { a: { own: unknown } };
    tools.note("before", await result.a.own);
    result[Symbol.dispose]();
    await tools.until(async () => (await stub.seen()).length > 0);
    tools.note("after", await stub.seen());
    await tools.fails("used after", async () => await result.a.own);
  },
);
