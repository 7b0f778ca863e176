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
  die() {
    this.ctx.abort("with targets");
  }
}

export default inWorker<{ Subject: Subject }>(
  "an abort breaks the targets",
  async ({ objects, fails }) => {
    const stub = objects.Subject.getByName("x");
    const target = await stub.open();
    await fails("before", () => target.hello());
    await fails("die", () => stub.die());
    await fails("after", () => target.hello());
  },
);
