import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #log: unknown[] = [];
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) return Response.json(this.#log);
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    this.#log.push([message, socket.readyState, this.ctx.getWebSockets().length]);
    if (message !== "close") return;
    socket.close(4005, "first");
    socket.close(4006, "second");
    this.#log.push([socket.readyState, this.ctx.getWebSockets().length]);
    try {
      socket.send("after close");
    } catch (error) {
      this.#log.push((error as Error).message);
    }
  }
  override webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean) {
    this.#log.push(["close", code, reason, wasClean, socket.readyState]);
    socket.close(4007, "answer");
  }
}

export default fromClient<{ Subject: Subject }>("what goes on after an object's close()", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, fetch, note, until }) {
    const socket = await connect("/");
    socket.send("close");
    socket.send("sent before the client knew");
    note("the client sees", await socket.next());
    const log = async () => (await (await fetch("/")).json()) as unknown[];
    await until(async () => (await log()).length > 4);
    note("the object sees", await log());
  },
});
