import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

class Resource extends RpcTarget {
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
  "disposing twice is disposing once",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    const resource = (await stub.open()) as unknown as Disposable;
    resource[Symbol.dispose]();
    await tools.fails("again", () => resource[Symbol.dispose]());
    await tools.until(async () => (await stub.seen()).length > 0);
    tools.note("seen", await stub.seen());
  },
);
