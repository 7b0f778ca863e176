import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request): Response {
    const { pathname } = new URL(request.url);
    const answers: Record<string, unknown> = { "/text": "text", "/object": { status: 200 } };
    return answers[pathname] as Response;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a handler that returns no Response",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    for (const path of ["/text", "/object", "/undefined"]) {
      await tools.fails(path, () => stub.fetch(`http://x${path}`));
    }
  },
);
