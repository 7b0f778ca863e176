import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  upper(stream: ReadableStream<Uint8Array>) {
    const letters = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.map((byte) => byte - 32));
      },
    });
    return stream.pipeThrough(letters);
  }
  async copy(from: ReadableStream<Uint8Array>, to: WritableStream<Uint8Array>) {
    await from.pipeTo(to);
    return "copied";
  }
  sink() {
    const { readable, writable } = new IdentityTransformStream();
    this.ctx.waitUntil(
      new Response(readable).text().then((text) => this.ctx.storage.kv.put("sink", text)),
    );
    return writable;
  }
  sunk() {
    return this.ctx.storage.kv.get("sink");
  }
  async later(stream: ReadableStream<Uint8Array>) {
    this.ctx.waitUntil(
      scheduler
        .wait(20)
        .then(() => new Response(stream).text())
        .then(
          (text) => this.ctx.storage.kv.put("sink", text),
          (error: Error) => this.ctx.storage.kv.put("sink", error.message),
        ),
    );
  }
}

const bytes = (text: string) => new Response(text).body as ReadableStream<Uint8Array>;

export default inWorker<{ Subject: Subject }>(
  "streams in both directions",
  async ({ objects, note, until }) => {
    const stub = objects.Subject.getByName("x");
    const upper = (await stub.upper(bytes("letters"))) as ReadableStream;
    note("there and back", await new Response(upper).text());
    const { readable, writable } = new IdentityTransformStream();
    const text = new Response(readable).text();
    note("copy", await stub.copy(bytes("copied bytes"), writable as WritableStream<Uint8Array>));
    note("text", await text);
    const sink = (await stub.sink()) as WritableStream<Uint8Array>;
    const writer = sink.getWriter();
    await writer.write(new TextEncoder().encode("into "));
    await writer.write(new TextEncoder().encode("the sink"));
    await writer.close();
    await until(async () => (await stub.sunk()) !== undefined);
    note("sunk", await stub.sunk());
    await stub.later(bytes("read after the call"));
    await until(async () => (await stub.sunk()) !== "into the sink");
    note("after its call", await stub.sunk());
  },
);
