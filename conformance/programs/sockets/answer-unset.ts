import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    if (message === "on") {
      this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    }
    if (message === "off") this.ctx.setWebSocketAutoResponse();
    socket.send(`handled ${message}`);
  }
}

export default fromClient<{ Subject: Subject }>("automatic answers on and off", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    for (const [n, message] of ["ping", "on", "ping", "off", "ping"].entries()) {
      socket.send(message);
      note(`${n} ${message}`, await socket.next());
    }
    socket.close(1000);
  },
});
