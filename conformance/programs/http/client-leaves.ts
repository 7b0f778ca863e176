import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen = "nothing";
  override fetch(request: Request) {
    if (request.url.endsWith("/seen")) return new Response(this.#seen);
    return new Response(
      new ReadableStream({
        pull: async (controller) => {
          await scheduler.wait(1);
          controller.enqueue(new TextEncoder().encode("x"));
        },
        cancel: () => {
          this.#seen = "cancelled";
        },
      }),
    );
  }
}

export default inWorker<{ Subject: Subject }>(
  "a reader that leaves cancels the body",
  async (t) => {
    const stub = t.objects.Subject.getByName("x");
    const reader = (await stub.fetch("http://x/stream")).body!.getReader();
    await reader.read();
    await reader.cancel();
    await t.sleep(100);
    t.note("seen", await (await stub.fetch("http://x/seen")).text());
  },
);
