import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.ctx.setHibernatableWebSocketEventTimeout(5000);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    const time = this.ctx.getWebSocketAutoResponseTimestamp(socket);
    const age = time === null ? "never" : Date.now() - time.getTime() < 8000;
    const timeout = this.ctx.getHibernatableWebSocketEventTimeout();
    socket.send(JSON.stringify([this.#instance, "answered lately", age, timeout]));
  }
}

export default fromClient<{ Subject: Subject }>(
  "automatic answers keep nobody awake",
  {
    fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
    async client({ connect, note, sleep }) {
      const socket = await connect("/");
      for (let count = 0; count < 4; count++) {
        await sleep(3300);
        socket.send("ping");
        note(`answer ${count}`, await socket.next());
      }
      socket.send("hello");
      note("woken", await socket.next());
      socket.terminate();
    },
  },
  { slow: true },
);
