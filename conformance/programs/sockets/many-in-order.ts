import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override async webSocketMessage(socket: WebSocket, message: string) {
    this.#seen.push(message);
    await this.ctx.storage.put("last", message);
    if (message === "199") socket.send(this.#seen.join());
  }
}

export default fromClient<{ Subject: Subject }>("two hundred messages keep their order", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    for (let n = 0; n < 200; n++) socket.send(`${n}`);
    const expected = Array.from({ length: 200 }, (_, n) => n).join();
    note("in order", (await socket.next()) === `message ${expected}`);
    socket.close(1000);
  },
});
