import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    const time = this.ctx.getWebSocketAutoResponseTimestamp(socket);
    const near = time !== null && Math.abs(Date.now() - time.getTime()) < 5000;
    socket.send(`${time instanceof Date} ${near}`);
  }
}

export default fromClient<{ Subject: Subject }>("when an automatic answer was given", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    socket.send("when");
    note("before", await socket.next());
    socket.send("ping");
    note("answer", await socket.next());
    socket.send("when");
    note("after", await socket.next());
    socket.close(1000);
  },
});
