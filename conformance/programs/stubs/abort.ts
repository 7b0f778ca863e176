import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #memory = 0;
  remember() {
    return ++this.#memory;
  }
  async die(reason?: string) {
    await this.ctx.storage.put("before", 1);
    this.ctx.abort(reason);
  }
  async wait() {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return "waited";
  }
  stored() {
    return this.ctx.storage.get("before");
  }
}

export default inWorker<{ Subject: Subject }>("abort", async ({ objects, note, fails, sleep }) => {
  const stub = objects.Subject.getByName("abort");
  await stub.remember();
  note("memory", await stub.remember());
  const waiting = stub.wait().then(
    (value) => value,
    (error: unknown) => error,
  );
  await sleep(20);
  await fails("the call that aborts", () => objects.Subject.getByName("abort").die("enough"));
  note("a call in flight", await waiting);
  await fails("the same stub", () => stub.remember());
  note("a new stub, new memory", await objects.Subject.getByName("abort").remember());
  await fails("without a reason", () => objects.Subject.getByName("other").die());
});
