import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) {
      this.ctx.abort("with a standard socket");
    }
    const pair = new WebSocketPair();
    pair[1].accept();
    pair[1].send("hello");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
}

export default fromClient<{ Subject: Subject }>("an abort drops standard sockets", {
  async fetch(request, { Subject }) {
    return Subject.getByName("x")
      .fetch(request)
      .catch((error: Error) => new Response(error.message));
  },
  async client({ connect, fetch, note }) {
    const socket = await connect("/");
    note("greeting", await socket.next());
    note("abort", await (await fetch("/")).text());
    note("the client sees", await socket.next());
  },
});
