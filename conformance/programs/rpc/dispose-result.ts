import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

class Resource extends RpcTarget {
  use() {
    seen.push("used");
  }
  [Symbol.dispose]() {
    seen.push("disposed");
  }
}

export class Subject extends DurableObject {
  open() {
    return new Resource();
  }
  seen() {
    return seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a target is disposed with its last stub",
  async (t) => {
    const stub = t.objects.Subject.getByName("x");
    {
      using resource = (await stub.open()) as unknown as Resource & Disposable;
      await resource.use();
    }
    await t.until(async () => (await stub.seen()).length > 0);
    t.note("seen", await stub.seen());
  },
);
