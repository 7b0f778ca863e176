import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

class Target extends RpcTarget {
  step(name: string) {
    seen.push(name);
    return name;
  }
}

export class Subject extends DurableObject {
  async open() {
    seen.push("open");
    await scheduler.wait(20);
    seen.push("opened");
    return new Target();
  }
  mark() {
    seen.push("mark");
  }
  seen() {
    return seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "calls on a result wait for it, in order",
  async (t) => {
    const stub = t.objects.Subject.getByName("x");
    const target = stub.open();
    await Promise.all([target.step("1"), target.step("2"), stub.mark(), target.step("3")]);
    t.note("seen", await stub.seen());
  },
);
