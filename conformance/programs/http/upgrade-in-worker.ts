import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    socket.send(`object got ${message}`);
  }
}

export default fromClient<{ Subject: Subject }>("a Worker as a client of its object's socket", {
  async fetch(_request, { Subject }) {
    const stub = Subject.getByName("x");
    const response = await stub.fetch("http://x/", { headers: { upgrade: "websocket" } });
    const socket = response.webSocket;
    if (!socket) return new Response("no socket");
    const answer = new Promise((resolve) =>
      socket.addEventListener("message", ({ data }) => resolve(data)),
    );
    socket.accept();
    socket.send("hi");
    return Response.json([response.status, await answer]);
  },
  async client({ fetch, note }) {
    note("answer", await (await fetch("/")).json());
  },
});
