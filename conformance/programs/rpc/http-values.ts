import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async read(request: Request, headers: Headers) {
    return [request.method, request.url, await request.text(), headers.get("x-h")];
  }
  respond() {
    return new Response("streamed", { status: 201, headers: { "x-r": "1" } });
  }
  stream() {
    return new Response("chunk").body!;
  }
}

export default inWorker<{ Subject: Subject }>(
  "requests, responses and streams cross",
  async (t) => {
    const stub = t.objects.Subject.getByName("http");
    const request = new Request("http://a/b", { method: "POST", body: "body" });
    t.note("request", await stub.read(request, new Headers({ "X-H": "v" })));
    using response = (await stub.respond()) as unknown as Response & Disposable;
    t.note("response", [response.status, response.headers.get("x-r"), await response.text()]);
    t.note("stream", await new Response((await stub.stream()) as ReadableStream).text());
  },
);
