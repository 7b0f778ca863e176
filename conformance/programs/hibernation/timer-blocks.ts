import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    setTimeout(() => undefined, 60_000);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    socket.send(`instance ${this.#instance}`);
  }
}

export default fromClient<{ Subject: Subject }>(
  "a timer keeps an object awake",
  {
    fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
    async client({ connect, note, sleep }) {
      const socket = await connect("/");
      await sleep(13_000);
      socket.send("who");
      note("after the wait", await socket.next());
      socket.terminate();
    },
  },
  { slow: true },
);
