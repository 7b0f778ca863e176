import type { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Plain {
  fetch() {
    return new Response("plain fetch");
  }
  hello() {
    return "hello";
  }
}

export default inWorker<{ Plain: DurableObject }>(
  "a class that does not extend DurableObject",
  async ({ objects, note, fails }) => {
    const stub = objects.Plain.getByName("plain");
    note("fetch", await (await stub.fetch("http://x/")).text());
    await fails("rpc", () => (stub as unknown as { hello(): unknown }).hello());
  },
);
