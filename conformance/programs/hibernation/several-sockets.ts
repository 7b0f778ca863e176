import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  override fetch(request: Request) {
    const pair = new WebSocketPair();
    const name = new URL(request.url).pathname.slice(-1);
    this.ctx.acceptWebSocket(pair[1], ["all", name]);
    pair[1].serializeAttachment({ name });
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    const names = (tag?: string) =>
      this.ctx.getWebSockets(tag).map((it) => it.deserializeAttachment().name);
    const mine = (socket as unknown as { mine?: number }).mine;
    socket.send(JSON.stringify([this.#instance, names(), names("all"), names("b"), mine ?? null]));
    Object.assign(socket, { mine: 1 });
  }
}

export default fromClient<{ Subject: Subject }>(
  "several sockets outlive their object",
  {
    fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
    async client({ connect, note, sleep }) {
      const sockets = [await connect("/a"), await connect("/b"), await connect("/c")];
      sockets[0]!.send("before");
      note("before", await sockets[0]!.next());
      await sleep(13_000);
      sockets[0]!.send("after");
      note("after", await sockets[0]!.next());
      sockets[0]!.send("same");
      note("once more", await sockets[0]!.next());
      for (const socket of sockets) socket.terminate();
    },
  },
  { slow: true },
);
