import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const encoder = new TextEncoder();
    return new Response(
      new ReadableStream({
        start: async (controller) => {
          controller.enqueue(encoder.encode("part"));
          await scheduler.wait(50);
          this.ctx.abort("in the middle");
        },
      }),
    );
  }
}

export default inWorker<{ Subject: Subject }>(
  "an abort breaks a body off",
  async ({ objects, fails }) => {
    const answer = await objects.Subject.getByName("x").fetch("http://x/");
    const reader = answer.body!.getReader();
    await fails("first", async () => new TextDecoder().decode((await reader.read()).value));
    await fails("then", () => reader.read());
  },
);
