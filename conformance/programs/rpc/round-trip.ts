import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Counter extends RpcTarget {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a target that comes back is a stub",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x") as unknown as {
      echo(value: unknown): Promise<{ next(): Promise<number> }>;
    };
    const counter = new Counter();
    const back = await stub.echo(counter);
    tools.note("the same thing", back === (counter as unknown));
    tools.note("works", await back.next());
    tools.note("shares its state", counter.next());
  },
);
