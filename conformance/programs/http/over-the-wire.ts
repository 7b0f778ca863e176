import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export default fromClient<{ Subject: Subject }>("HTTP from outside", {
  async fetch(request, _objects, path) {
    const url = new URL(request.url);
    switch (path) {
      case "/echo":
        return Response.json({
          method: request.method,
          query: url.search,
          header: request.headers.get("x-sent"),
          body: await request.text(),
        });
      case "/stream":
        return new Response(
          new ReadableStream({
            async start(controller) {
              for (const part of ["one ", "two ", "three"]) {
                controller.enqueue(new TextEncoder().encode(part));
                await scheduler.wait(5);
              }
              controller.close();
            },
          }),
        );
      case "/cookies": {
        const headers = new Headers();
        headers.append("set-cookie", "a=1");
        headers.append("set-cookie", "b=2");
        return new Response("cookies", { headers });
      }
      case "/none":
        return new Response(null, { status: 204 });
      case "/upgrade-only":
        return new Response("upgrade please", { status: 426 });
      default:
        return new Response(`no ${path}`, { status: 404 });
    }
  },
  async client({ fetch, note, connect }) {
    const post = await fetch("/echo?a=%20b", {
      method: "POST",
      body: "sent ☃",
      headers: { "X-Sent": "1" },
    });
    note("echo", [post.status, await post.json()]);
    note("head", (await fetch("/echo", { method: "HEAD" })).status);
    note("stream", await (await fetch("/stream")).text());
    note("cookies", (await fetch("/cookies")).headers.getSetCookie());
    const none = await fetch("/none");
    note("no content", [none.status, await none.text()]);
    const missing = await fetch("/missing");
    note("missing", [missing.status, await missing.text(), missing.headers.get("content-type")]);
    const refused = await connect("/upgrade-only");
    note("upgrade refused", await refused.next());
  },
});
