import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #messages = 0;
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer) {
    this.#messages++;
    socket.send(`${this.#messages} ${typeof message}`);
  }
}

export default fromClient<{ Subject: Subject }>("an automatic answer calls no handler", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    for (const message of ["ping", "ping ", "Ping", "ping\n"]) {
      socket.send(message);
      note(`sent ${JSON.stringify(message)}`, await socket.next());
    }
    socket.send(new TextEncoder().encode("ping"));
    note("as bytes", await socket.next());
    socket.close(1000);
  },
});
