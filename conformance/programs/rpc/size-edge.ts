import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const LIMIT = 2 ** 25;

export class Subject extends DurableObject {
  take(value: { byteLength: number } | string) {
    return typeof value === "string" ? value.length : value.byteLength;
  }
  give(bytes: number) {
    return new Uint8Array(bytes);
  }
}

export default inWorker<{ Subject: Subject }>("the edge of 32 MiB", async ({ objects, fails }) => {
  const stub = objects.Subject.getByName("x");
  for (const less of [64, 32, 0]) {
    await fails(`${less} bytes less`, () => stub.take(new Uint8Array(LIMIT - less)));
    await fails(`a text of ${less} less`, () => stub.take("x".repeat(LIMIT - less)));
    await fails(`a result of ${less} less`, async () => {
      const { byteLength } = await stub.give(LIMIT - less);
      return byteLength;
    });
  }
});
