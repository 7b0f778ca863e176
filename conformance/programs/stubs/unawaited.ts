import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  touch(name: string) {
    this.#seen.push(name);
  }
  fail(): void {
    this.#seen.push("fail");
    throw new Error("nobody listens");
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "calls that nobody awaits are made",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    void stub.touch("a");
    void stub.fail();
    void stub.touch("b");
    await tools.until(async () => (await stub.seen()).length > 2);
    tools.note("seen", await stub.seen());
  },
);
