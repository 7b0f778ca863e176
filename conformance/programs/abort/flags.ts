import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  die(reason?: string) {
    this.ctx.abort(reason);
  }
}

export default inWorker<{ Subject: Subject }>(
  "what a caller sees of an abort",
  async ({ objects, fails }) => {
    await fails("a reason", () => objects.Subject.getByName("a").die("the reason"));
    await fails("none", () => objects.Subject.getByName("b").die());
    await fails("an empty one", () => objects.Subject.getByName("c").die(""));
    await fails("fetch", async () => {
      const stub = objects.Subject.getByName("d");
      const dying = stub.die("while fetching").catch(() => undefined);
      await dying;
      return stub.fetch("http://x/");
    });
  },
);
