import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Target extends RpcTarget {
  hello() {
    return "hello";
  }
}

export class Subject extends DurableObject {
  async open(): Promise<Target> {
    await scheduler.wait(10);
    throw new TypeError("not opened");
  }
}

export default inWorker<{ Subject: Subject }>(
  "every call on a failed one fails alike",
  async (t) => {
    const call = t.objects.Subject.getByName("x").open();
    const results = await Promise.allSettled([call.hello(), call.hello(), call]);
    t.note(
      "reasons",
      results.map((result) => result.status === "rejected" && result.reason),
    );
  },
);
