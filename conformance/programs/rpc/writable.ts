import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async write(stream: WritableStream<Uint8Array>) {
    const writer = stream.getWriter();
    await writer.write(new TextEncoder().encode("from "));
    await writer.write(new TextEncoder().encode("there"));
    await writer.close();
    return "written";
  }
}

export default inWorker<{ Subject: Subject }>("a writable stream as an argument", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const { readable, writable } = new IdentityTransformStream();
  const text = new Response(readable).text();
  tools.note("call", await stub.write(writable as WritableStream<Uint8Array>));
  tools.note("arrived", await text);
});
