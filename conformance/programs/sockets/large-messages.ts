import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer) {
    const length = typeof message === "string" ? message.length : message.byteLength;
    socket.send(`got ${length}`);
    socket.send("x".repeat(length));
  }
}

export default fromClient<{ Subject: Subject }>("large messages", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    for (const length of [125, 126, 65_535, 65_536, 2_000_000]) {
      socket.send(length % 2 === 0 ? "a".repeat(length) : new Uint8Array(length));
      note(`${length}`, [await socket.next(), (await socket.next()).length]);
    }
    socket.close(1000);
  },
});
