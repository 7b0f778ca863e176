import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer) {
    socket.send(
      typeof message === "string" ? `text ${message.length}` : `bytes ${message.byteLength}`,
    );
    socket.send(message);
  }
}

export default fromClient<{ Subject: Subject }>("empty messages", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    socket.send("");
    note("text", [await socket.next(), await socket.next()]);
    socket.send(new Uint8Array());
    note("bytes", [await socket.next(), await socket.next()]);
    socket.close(1000);
  },
});
