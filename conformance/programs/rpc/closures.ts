import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  counter(start: number) {
    let n = start;
    return { next: () => ++n, read: () => n };
  }
}

export default inWorker<{ Subject: Subject }>(
  "functions of one result share state",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    const [one, two] = [await stub.counter(0), await stub.counter(10)];
    tools.note("next", [await one.next(), await one.next(), await two.next()]);
    tools.note("read", [await one.read(), await two.read()]);
  },
);
