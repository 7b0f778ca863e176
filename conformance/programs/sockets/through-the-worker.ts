import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    socket.send(`object: ${message}`);
  }
}

export default fromClient<{ Subject: Subject }>("a Worker between a client and an object", {
  async fetch(_request, { Subject }) {
    const upgrade = { headers: { upgrade: "websocket" } };
    const inner = (await Subject.getByName("x").fetch("http://x/", upgrade)).webSocket!;
    const pair = new WebSocketPair();
    pair[1].accept();
    inner.accept();
    pair[1].addEventListener("message", ({ data }) => inner.send(`worker: ${data}`));
    inner.addEventListener("message", ({ data }) => pair[1].send(data));
    pair[1].addEventListener("close", ({ code, reason }) => inner.close(code, reason));
    return new Response(null, { status: 101, webSocket: pair[0] });
  },
  async client({ connect, note }) {
    const socket = await connect("/");
    socket.send("one");
    socket.send("two");
    note("answers", [await socket.next(), await socket.next()]);
    socket.close(4000, "done");
    note("close", await socket.next());
  },
});
