import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    return new Response(request.url);
  }
}

export default inWorker<{ Subject: Subject }>("the URL that an object sees", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const seen = async (input: RequestInfo) => (await stub.fetch(input)).text();
  tools.note("a fragment", await seen("http://x/a#b"));
  tools.note("of a request", await seen(new Request("http://x/a?b#c")));
  tools.note("made whole", await seen("http://X/../a b?c d"));
  tools.note("a port", await seen("https://x:443/"));
});
