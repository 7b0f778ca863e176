import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

class Resource extends RpcTarget {
  use() {
    return seen.length;
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

type Held = { use(): Promise<number>; dup(): Held } & Disposable;

export default inWorker<{ Subject: Subject }>("a duplicate keeps a target alive", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const first = (await stub.open()) as unknown as Held;
  const second = first.dup();
  first[Symbol.dispose]();
  await tools.sleep(20);
  tools.note("after the first", await stub.seen());
  tools.note("the second works", await second.use());
  await tools.fails("the first does not", () => first.use());
  second[Symbol.dispose]();
  await tools.until(async () => (await stub.seen()).length > 0);
  tools.note("after the second", await stub.seen());
});
