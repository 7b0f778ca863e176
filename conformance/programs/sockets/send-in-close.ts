import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: string[] = [];
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) return Response.json(this.#seen);
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketClose(socket: WebSocket) {
    try {
      socket.send("too late");
      this.#seen.push("sent");
    } catch (error) {
      this.#seen.push(String(error));
    }
    socket.close(4000, "bye");
    try {
      socket.send("later still");
    } catch (error) {
      this.#seen.push(String(error));
    }
  }
}

export default fromClient<{ Subject: Subject }>("sending in the close handler", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, fetch, note }) {
    const socket = await connect("/");
    socket.close(1000);
    await socket.next();
    note("seen", await (await fetch("/")).json());
  },
});
