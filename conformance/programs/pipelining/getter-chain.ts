import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Inner extends RpcTarget {
  get name() {
    return "inner";
  }
}

class Middle extends RpcTarget {
  get inner() {
    return new Inner();
  }
}

export class Subject extends DurableObject {
  get middle() {
    return new Middle();
  }
}

export default inWorker<{ Subject: Subject }>(
  "getters of targets in a row",
  async ({ objects, note }) => {
    const stub = objects.Subject.getByName("x");
    note("name", await stub.middle.inner.name);
  },
);
