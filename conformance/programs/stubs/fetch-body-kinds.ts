import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override async fetch(request: Request) {
    return Response.json([request.headers.get("content-type"), await request.text()]);
  }
}

export default inWorker<{ Subject: Subject }>("bodies of requests to an object", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const send = async (body: BodyInit | null) =>
    (await stub.fetch("http://x/", { method: "POST", body })).json();
  tools.note("none", await send(null));
  tools.note("text", await send("text"));
  tools.note("bytes", await send(new Uint8Array([65, 66])));
  tools.note("parameters", await send(new URLSearchParams({ a: "1 2" })));
  tools.note("blob", await send(new Blob(["blob"], { type: "x/y" })));
  tools.note("stream", await send(new Response("streamed").body));
});
