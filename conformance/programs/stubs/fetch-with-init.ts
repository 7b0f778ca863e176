import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override async fetch(request: Request) {
    return Response.json([request.method, request.headers.get("x"), await request.text()]);
  }
}

export default inWorker<{ Subject: Subject }>("a Request and an init together", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const request = () =>
    new Request("http://x/", { method: "POST", body: "first", headers: { x: "1" } });
  const send = async (init?: RequestInit) => (await stub.fetch(request(), init)).json();
  tools.note("as it is", await send());
  tools.note("another body", await send({ body: "second" }));
  tools.note("another header", await send({ headers: { x: "2" } }));
  tools.note("another method", await send({ method: "PUT" }));
});
