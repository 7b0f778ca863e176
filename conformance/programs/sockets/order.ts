import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #running = 0;
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override async webSocketMessage(socket: WebSocket, message: string) {
    this.#running++;
    socket.send(`start ${message} ${this.#running}`);
    if (message === "slow") await scheduler.wait(60);
    socket.send(`end ${message}`);
    this.#running--;
  }
}

export default fromClient<{ Subject: Subject }>("handlers overlap, starts keep their order", {
  fetch: (request, { Subject }) => Subject.getByName("order").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    for (const message of ["slow", "1", "2", "3"]) socket.send(message);
    const seen: string[] = [];
    for (let n = 0; n < 8; n++) seen.push(await socket.next());
    note("seen", seen);
    socket.close(1000);
  },
});
