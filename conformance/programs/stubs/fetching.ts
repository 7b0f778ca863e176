import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override async fetch(request: Request) {
    const url = new URL(request.url);
    if (url.pathname === "/throw") throw new RangeError("out of range");
    return Response.json(
      {
        method: request.method,
        url: request.url,
        header: request.headers.get("x-a"),
        body: await request.text(),
      },
      { status: 203, headers: { "x-b": "c" } },
    );
  }
}

export class Silent extends DurableObject {}

export default inWorker<{ Subject: Subject; Silent: Silent }>("fetch on a stub", async (tools) => {
  const { objects, note, fails } = tools;
  const stub = objects.Subject.getByName("fetch");
  const answer = await stub.fetch("https://any.host/path?q=1", {
    method: "PUT",
    headers: { "X-A": "1" },
    body: "sent",
  });
  note("status", answer.status);
  note("header", answer.headers.get("X-B"));
  note("body", await answer.json());
  note("request object", await (await stub.fetch(new Request("http://x/"))).json());
  await fails("relative URL", () => stub.fetch("/relative"));
  await fails("handler throws", () => stub.fetch("http://x/throw"));
  await fails("no handler", () => objects.Silent.getByName("x").fetch("http://x/"));
});
