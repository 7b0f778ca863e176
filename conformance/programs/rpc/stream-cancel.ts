import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let cancelled = "not cancelled";

export class Subject extends DurableObject {
  stream() {
    return new ReadableStream({
      type: "bytes",
      async pull(controller) {
        await scheduler.wait(1);
        controller.enqueue(new Uint8Array([1]));
      },
      cancel() {
        cancelled = "cancelled";
      },
    });
  }
}

export default inWorker<{ Subject: Subject }>("cancelling reaches the source", async (tools) => {
  const stream = (await tools.objects.Subject.getByName("x").stream()) as ReadableStream;
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel("enough");
  await tools.until(() => cancelled !== "not cancelled");
  tools.note("source", cancelled);
});
