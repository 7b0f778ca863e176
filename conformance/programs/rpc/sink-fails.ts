import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async write(stream: WritableStream<Uint8Array>, words: string[]) {
    const writer = stream.getWriter();
    const seen: string[] = [];
    for (const word of words) {
      await writer.write(new TextEncoder().encode(word)).then(
        () => seen.push(word),
        (error: Error) => seen.push(word === "b" ? `${error.name}: ${error.message}` : error.name),
      );
    }
    await writer.close().catch((error: Error) => seen.push(`close ${error.name}`));
    return seen;
  }
  async abort(stream: WritableStream<Uint8Array>) {
    const writer = stream.getWriter();
    await writer.write(new TextEncoder().encode("part"));
    await writer.abort(new RangeError("the writer's reason"));
  }
  async leave(stream: WritableStream<Uint8Array>) {
    await stream.getWriter().write(new TextEncoder().encode("part"));
  }
}

export default inWorker<{ Subject: Subject }>(
  "writable streams that end badly",
  async ({ objects, note, until }) => {
    const stub = objects.Subject.getByName("x");
    const log: unknown[] = [];
    const sink = (failsAt: number) => {
      let writes = 0;
      return new WritableStream<Uint8Array>({
        write(chunk) {
          if (++writes === failsAt) throw new TypeError("full");
          log.push(new TextDecoder().decode(chunk));
        },
        close: () => void log.push("closed"),
        abort: (reason: unknown) => void log.push(["aborted", reason]),
      });
    };
    note("fails at the second", await stub.write(sink(2), ["a", "b", "c"]));
    note("log", log.splice(0));
    note("well", await stub.write(sink(9), ["a", "b"]));
    note("log of that", log.splice(0));
    await stub.abort(sink(9));
    await until(() => log.length > 1);
    note("aborted", log.splice(0));
  },
);
