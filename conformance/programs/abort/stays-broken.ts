import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  die() {
    this.ctx.abort("broken");
  }
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>(
  "a stub stays broken, others do not",
  async (tools) => {
    const { objects, fails, note } = tools;
    const used = objects.Subject.getByName("x");
    const unused = objects.Subject.getByName("x");
    await fails("die", () => used.die());
    await fails("the same stub", () => used.hello());
    await fails("once more", () => used.hello());
    note("one that was not used", await unused.hello());
    await fails("still broken", () => used.hello());
  },
);
