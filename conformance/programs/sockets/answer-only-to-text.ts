import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer) {
    const time = this.ctx.getWebSocketAutoResponseTimestamp(socket) !== null;
    socket.send(JSON.stringify([typeof message, time]));
  }
}

export default fromClient<{ Subject: Subject }>("only one exact text is answered by itself", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    for (const text of ["ping ", "PING", "pin", "pingping", ""]) {
      socket.send(text);
      note(JSON.stringify(text), await socket.next());
    }
    socket.send(new TextEncoder().encode("ping"));
    note("as bytes", await socket.next());
    socket.send("ping");
    note("ping", await socket.next());
    socket.send("afterwards");
    note("afterwards", await socket.next());
    socket.terminate();
  },
});
