import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #first: WebSocket | undefined;
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    Object.assign(pair[1], { mine: "kept" });
    this.#first = pair[1];
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    const [listed] = this.ctx.getWebSockets();
    const { mine } = socket as unknown as { mine: string };
    socket.send(JSON.stringify([socket === this.#first, socket === listed, mine]));
  }
}

export default fromClient<{ Subject: Subject }>("one socket is one object", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    socket.send("same?");
    note("same", await socket.next());
    socket.close(1000);
  },
});
