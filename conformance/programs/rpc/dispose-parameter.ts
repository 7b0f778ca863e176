import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

class Resource extends RpcTarget {
  use() {
    return "used";
  }
  [Symbol.dispose]() {
    seen.push("disposed");
  }
}

export class Subject extends DurableObject {
  #kept: unknown;
  async borrow(resource: { use(): Promise<string> }) {
    return resource.use();
  }
  keep(resource: { dup(): unknown }) {
    this.#kept = resource.dup();
  }
  drop() {
    (this.#kept as Disposable)[Symbol.dispose]();
  }
}

type Open = Record<"borrow" | "keep" | "drop", (resource?: unknown) => Promise<unknown>>;

export default inWorker<{ Subject: Subject }>("a target that is lent comes back", async (tools) => {
  const stub = tools.objects.Subject.getByName("x") as unknown as Open;
  tools.note("lent", await stub.borrow(new Resource()));
  await tools.until(() => seen.length > 0);
  tools.note("disposed after the call", seen.splice(0));
  await stub.keep(new Resource());
  await tools.sleep(20);
  tools.note("kept by a duplicate", seen.splice(0));
  await stub.drop();
  await tools.until(() => seen.length > 0);
  tools.note("dropped", seen);
});
