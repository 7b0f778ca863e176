import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #closed: unknown[] = [];
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) return Response.json(this.#closed);
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    const [code, reason] = message.split(" ");
    if (code === "none") socket.close();
    else socket.close(Number(code), reason);
  }
  override webSocketClose(_socket: WebSocket, code: number, reason: string, wasClean: boolean) {
    this.#closed.push([code, reason, wasClean]);
  }
}

export default fromClient<{ Subject: Subject }>("an object closes its sockets", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    for (const how of ["1000 done", "1001 away", "3000 own", "4999 last", "1011 error"]) {
      const socket = await connect("/");
      socket.send(how);
      note(how, await socket.next());
    }
  },
});
