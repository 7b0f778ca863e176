import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const encoder = new TextEncoder();
    return new Response(
      new ReadableStream({
        start: async (controller) => {
          controller.enqueue(encoder.encode("first"));
          await scheduler.wait(30);
          this.ctx.storage.kv.put("written", 1);
          controller.enqueue(encoder.encode("leaked"));
          // The chunk has time to leave, in the same turn.
          for (let n = 0; n < 2000; n++) await undefined;
          this.ctx.abort("before the commit");
        },
      }),
    );
  }
}

export default inWorker<{ Subject: Subject }>(
  "a chunk does not leave before what was written",
  async ({ objects, note }) => {
    const reader = (await objects.Subject.getByName("x").fetch("http://x/")).body!.getReader();
    let text = "";
    let end = "ended";
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        text += new TextDecoder().decode(value);
      }
    } catch {
      end = "broken off";
    }
    note("text", text);
    note("end", end);
  },
  {
    accept: {
      text: "workerd lets the chunks of a body go before the commit, against its documents; our host holds them",
    },
  },
);
