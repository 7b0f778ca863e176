import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  async read(stream) { return await new Response(stream).text(); }
  make(parts) {
    const encoder = new TextEncoder();
    return new ReadableStream({
      type: "bytes",
      pull(controller) {
        const part = parts.shift();
        if (part === undefined) controller.close(); else controller.enqueue(encoder.encode(part));
      },
    });
  }
  async write(stream) {
    const writer = stream.getWriter();
    await writer.write(new TextEncoder().encode("written there"));
    await writer.close();
  }
  upper(stream) {
    return stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TransformStream({
      transform(chunk, controller) { controller.enqueue(chunk.toUpperCase()); },
    })).pipeThrough(new TextEncoderStream());
  }
}`;

function bytes(...parts: string[]): ReadableStream {
  return new Response(parts.join("")).body!;
}

export default inWorker("streams to and from a loaded Worker", async ({ fails }) => {
  const worker = load(main);
  await fails("to it", () => worker.read!(bytes("a", "b")));
  await fails("from it", async () =>
    new Response((await worker.make!(["x", "y", "z"])) as ReadableStream).text(),
  );
  await fails("written to", async () => {
    const { readable, writable } = new IdentityTransformStream();
    const [text] = await Promise.all([new Response(readable).text(), worker.write!(writable)]);
    return text;
  });
  await fails("large", async () => {
    const large = new Response(new Uint8Array(300_000).fill(65)).body;
    return String(await worker.read!(large)).length;
  });
});
