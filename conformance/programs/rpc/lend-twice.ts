import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Resource extends RpcTarget {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

export class Subject extends DurableObject {
  async use(resource: { next(): Promise<number> }) {
    return resource.next();
  }
}

export default inWorker<{ Subject: Subject }>(
  "one target can be lent twice",
  async ({ objects, note }) => {
    const stub = objects.Subject.getByName("x") as unknown as { use(it: unknown): Promise<number> };
    const resource = new Resource();
    note("first", await stub.use(resource));
    note("second", await stub.use(resource));
    note("at once", await Promise.all([stub.use(resource), stub.use(resource)]));
  },
);
