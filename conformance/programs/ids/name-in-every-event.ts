import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: unknown[] = [["constructor", this.ctx.id.name]];
  override fetch(request: Request) {
    this.#seen.push(["fetch", this.ctx.id.name]);
    if (request.headers.get("upgrade") === null) return Response.json(this.#seen);
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    this.#seen.push(["message", this.ctx.id.name]);
    socket.send("seen");
  }
  override webSocketClose(socket: WebSocket) {
    this.#seen.push(["close", this.ctx.id.name]);
    socket.close(1000);
  }
  override alarm() {
    this.#seen.push(["alarm", this.ctx.id.name]);
    for (const socket of this.ctx.getWebSockets()) socket.send("alarm");
  }
  async wake() {
    this.#seen.push(["call", this.ctx.id.name]);
    await this.ctx.storage.setAlarm(Date.now());
  }
}

export default fromClient<{ Subject: Subject }>("an object knows its name in every event", {
  async fetch(request, { Subject }, path) {
    const stub = Subject.getByName("näme/☃");
    if (path !== "/wake") return stub.fetch(request);
    await stub.wake();
    return new Response("woken");
  },
  async client({ connect, fetch, note }) {
    const socket = await connect("/");
    socket.send("hello");
    note("answer", await socket.next());
    await fetch("/wake");
    note("from the alarm", await socket.next());
    socket.close(1000);
    note("closed", await socket.next());
    note("names", await (await fetch("/")).json());
  },
});
