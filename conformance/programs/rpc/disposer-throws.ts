import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Resource extends RpcTarget {
  [Symbol.dispose]() {
    throw new Error("in the disposer");
  }
}

export class Subject extends DurableObject {
  open() {
    return new Resource();
  }
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>(
  "a disposer that throws harms nobody",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    const resource = (await stub.open()) as unknown as Disposable;
    await tools.fails("disposed", () => resource[Symbol.dispose]());
    await tools.sleep(20);
    tools.note("the object lives", await stub.hello());
  },
);
