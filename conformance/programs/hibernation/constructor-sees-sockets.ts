import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: number;
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#seen = ctx.getWebSockets().length;
  }
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    socket.send(`the constructor saw ${this.#seen}`);
  }
}

export default fromClient<{ Subject: Subject }>(
  "a constructor sees the sockets that were kept",
  {
    fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
    async client({ connect, note, sleep }) {
      const socket = await connect("/");
      socket.send("first");
      note("first", await socket.next());
      await sleep(13_000);
      socket.send("second");
      note("second", await socket.next());
      socket.terminate();
    },
  },
  { slow: true },
);
