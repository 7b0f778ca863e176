import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: unknown[] = [];
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) return Response.json(this.#seen);
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    pair[1].serializeAttachment("attached");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean) {
    this.#seen.push([code, reason, wasClean, socket.readyState, socket.deserializeAttachment()]);
    socket.close(code, `you said ${reason}`);
    this.#seen.push(socket.readyState);
  }
}

export default fromClient<{ Subject: Subject }>("answering a close", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, fetch, note }) {
    const socket = await connect("/");
    socket.close(4321, "naïve ☃");
    note("answer", await socket.next());
    note("seen", await (await fetch("/")).json());
  },
});
