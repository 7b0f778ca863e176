import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    pair[1].send("hello");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    this.ctx.storage.kv.put("written", 1);
    socket.send("leaked");
    this.ctx.abort("at once");
  }
}

export default fromClient<{ Subject: Subject }>("a frame does not leave before what was written", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    note("greeting", await socket.next());
    socket.send("go");
    note("never the frame", (await socket.next()).replace(/ \d+.*/, ""));
  },
});
