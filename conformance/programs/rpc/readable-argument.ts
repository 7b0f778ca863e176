import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async read(stream: ReadableStream) {
    return new Response(stream).text();
  }
}

export default inWorker<{ Subject: Subject }>("a readable stream as an argument", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const stream = new Response("sent as a stream").body!;
  tools.note("read", await stub.read(stream));
  tools.note("locked here", stream.locked);
  await tools.fails("sent again", () => stub.read(stream));
});
