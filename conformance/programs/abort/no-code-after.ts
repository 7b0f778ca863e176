import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

export class Subject extends DurableObject {
  async die() {
    try {
      seen.push("before");
      await scheduler.wait(1);
      this.ctx.abort("now");
      await scheduler.wait(1);
      seen.push("after");
    } catch {
      seen.push("caught");
    } finally {
      seen.push("finally");
    }
  }
  seen() {
    return seen.filter((step) => step !== "finally" && step !== "caught");
  }
}

export default inWorker<{ Subject: Subject }>("nothing after an abort is seen", async (tools) => {
  const { objects, fails, note, sleep } = tools;
  await fails("die", () => objects.Subject.getByName("x").die());
  await sleep(20);
  note("seen", await objects.Subject.getByName("x").seen());
});
