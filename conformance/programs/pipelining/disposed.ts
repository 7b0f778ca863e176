import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Target extends RpcTarget {
  hello() {
    return "hello";
  }
}

export class Subject extends DurableObject {
  open() {
    return new Target();
  }
}

export default inWorker<{ Subject: Subject }>(
  "a call that was disposed",
  async ({ objects, fails }) => {
    const call = objects.Subject.getByName("x").open() as unknown as Target & Disposable;
    call[Symbol.dispose]();
    await fails("a call on it", () => call.hello());
    await fails("its value", async () => typeof (await (call as unknown as Promise<unknown>)));
  },
);
