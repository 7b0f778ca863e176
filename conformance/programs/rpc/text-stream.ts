import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  text() {
    return new ReadableStream({
      start(controller) {
        controller.enqueue("text");
        controller.close();
      },
    });
  }
  bytes() {
    return new ReadableStream({
      type: "bytes",
      start(controller) {
        controller.enqueue(new Uint8Array([1, 2]));
        controller.enqueue(new Uint8Array([3]));
        controller.close();
      },
    });
  }
}

export default inWorker<{ Subject: Subject }>("streams as results", async ({ objects, fails }) => {
  const stub = objects.Subject.getByName("x");
  const read = async (stream: unknown) =>
    new Uint8Array(await new Response(stream as ReadableStream).arrayBuffer());
  await fails("bytes", async () => read(await stub.bytes()));
  await fails("texts", async () => read(await stub.text()));
});
