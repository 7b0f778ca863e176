import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override async fetch() {
    await scheduler.wait(500);
    return new Response("late");
  }
}

export default inWorker<{ Subject: Subject }>(
  "a signal ends a request",
  async ({ objects, fails, refuses }) => {
    const stub = objects.Subject.getByName("x");
    await refuses("before", () => stub.fetch("http://x/", { signal: AbortSignal.abort() }));
    const controller = new AbortController();
    setTimeout(() => controller.abort(new RangeError("enough")), 20);
    await fails("on the way", () => stub.fetch("http://x/", { signal: controller.signal }));
  },
);
