import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) return new Response("alive");
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    pair[1].send("hello");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
}

export default fromClient<{ Subject: Subject }>("an object without socket handlers", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, fetch, note }) {
    const socket = await connect("/");
    note("greeting", await socket.next());
    socket.send("nobody listens");
    note("the object", await (await fetch("/")).text());
    socket.terminate();
  },
});
