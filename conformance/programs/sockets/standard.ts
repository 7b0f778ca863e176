import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    const pair = new WebSocketPair();
    const socket = pair[1];
    socket.accept();
    socket.addEventListener("message", ({ data }) => {
      if (data === "close") return socket.close(4003, "asked for");
      socket.send(typeof data === "string" ? `got ${data}` : (data as object).constructor.name);
    });
    socket.addEventListener("close", ({ code, reason, wasClean }) => {
      this.ctx.storage.kv.put("closed", [code, reason, wasClean, socket.readyState]);
    });
    if (request.headers.get("upgrade") === null) {
      return Response.json([this.ctx.storage.kv.get("closed"), this.ctx.getWebSockets().length]);
    }
    socket.send("hello");
    return new Response(null, { status: 101, webSocket: pair[0], headers: { "x-extra": "1" } });
  }
}

export default fromClient<{ Subject: Subject }>("a socket taken with accept()", {
  fetch: (request, { Subject }, path) => Subject.getByName(path).fetch(request),
  async client({ connect, fetch, note, sleep }) {
    const first = await connect("/a");
    note("greeting", await first.next());
    first.send("one");
    note("text", await first.next());
    first.send(new Uint8Array([1]));
    note("binary", await first.next());
    first.send("close");
    note("closed by the server", await first.next());
    const second = await connect("/b");
    await second.next();
    second.close(4004, "bye");
    note("closed by the client", await second.next());
    await sleep(100);
    note("seen by the server", await (await fetch("/b")).json());
  },
});
