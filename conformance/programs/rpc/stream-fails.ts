import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  stream() {
    return new ReadableStream({
      type: "bytes",
      start(controller) {
        controller.enqueue(new Uint8Array([1]));
      },
      async pull() {
        await scheduler.wait(50);
        throw new RangeError("in the source");
      },
    });
  }
}

export default inWorker<{ Subject: Subject }>("a stream that fails half-way", async (tools) => {
  const stream = (await tools.objects.Subject.getByName("x").stream()) as ReadableStream;
  const reader = stream.getReader();
  await tools.fails("first", async () => (await reader.read()).value);
  await tools.fails("then", () => reader.read());
});
