import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  override fetch(request: Request) {
    this.#seen.push(new URL(request.url).pathname);
    return Response.json(this.#seen);
  }
}

export default inWorker<{ Subject: Subject }>(
  "requests on one stub keep their order",
  async (t) => {
    const stub = t.objects.Subject.getByName("x");
    const sent = ["/1", "/2", "/3", "/4"].map((path) => stub.fetch(`http://x${path}`));
    t.note("seen by the last", await (await Promise.all(sent))[3]!.json());
  },
);
