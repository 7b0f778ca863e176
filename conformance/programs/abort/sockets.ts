import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    pair[1].send("hello");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage() {
    this.ctx.abort("with sockets");
  }
  held() {
    return this.ctx.getWebSockets().length;
  }
}

export default fromClient<{ Subject: Subject }>("an abort disconnects the sockets", {
  async fetch(request, { Subject }) {
    const stub = Subject.getByName("x");
    if (request.headers.get("upgrade") === null) return Response.json(await stub.held());
    return stub.fetch(request);
  },
  async client({ connect, fetch, note }) {
    const socket = await connect("/");
    await socket.next();
    socket.send("abort");
    note("the client sees", await socket.next());
    note("held by the next", await (await fetch("/")).json());
  },
});
