import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async read(stream: ReadableStream) {
    return new Response(stream).text();
  }
  objects() {
    return new ReadableStream({
      start(controller) {
        controller.enqueue({ a: 1 });
        controller.close();
      },
    });
  }
  empty() {
    return new ReadableStream({
      start(controller) {
        controller.close();
      },
    });
  }
  errored() {
    return new ReadableStream({
      start(controller) {
        controller.error(new RangeError("from the start"));
      },
    });
  }
  bytes() {
    return new Response("0123456789").body!;
  }
}

export default inWorker<{ Subject: Subject }>(
  "kinds of streams in calls",
  async ({ objects, note, fails }) => {
    const stub = objects.Subject.getByName("x");
    const take = async (stream: unknown) => new Response(stream as ReadableStream).text();
    await fails("of objects", async () => take(await stub.objects()));
    await fails("empty", async () => take(await stub.empty()));
    await fails("errored", async () => take(await stub.errored()));
    const reader = ((await stub.bytes()) as ReadableStream).getReader({ mode: "byob" });
    const { value } = await reader.read(new Uint8Array(4));
    note("by byob", new TextDecoder().decode(value));
    await reader.cancel();
    const [one, two] = ((await stub.bytes()) as ReadableStream).tee();
    note("tee", await Promise.all([take(one), take(two)]));
    const disturbed = new Response("abc").body!;
    const early = disturbed.getReader();
    await early.read();
    early.releaseLock();
    await fails("read before", () => stub.read(disturbed));
    await fails("closed", () => stub.read(new Blob([]).stream()));
  },
);
