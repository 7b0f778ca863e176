import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  hello() {
    return "hello";
  }
}

export default inWorker("the shape of a service binding", async ({ services, note }) => {
  const entry = services.Entry as Record<string, unknown>;
  note("type", [typeof entry, entry.constructor!.name, String(entry)]);
  note("keys", Object.keys(entry));
  note("members", [typeof entry.fetch, typeof entry.hello, typeof entry.anything, entry.then]);
  note("awaited", (await (entry as unknown as Promise<unknown>)) === entry);
});
