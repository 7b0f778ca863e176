import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    return new Response("fine");
  }
}

export default inWorker<{ Subject: Subject }>("a request whose body was read", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const request = new Request("http://x/", { method: "POST", body: "once" });
  await request.text();
  await tools.fails("sent after reading", () => stub.fetch(request));
  const other = new Request("http://x/", { method: "POST", body: "once" });
  await (await stub.fetch(other)).text();
  tools.note("used by sending", other.bodyUsed);
  await tools.fails("sent twice", () => stub.fetch(other));
});
