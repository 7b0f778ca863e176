import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], ["tag"]);
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    pair[1].serializeAttachment({ path: new URL(request.url).pathname.slice(-2), messages: 0 });
    pair[1].send("hello");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer) {
    if (message === "throw") throw new Error("in the handler");
    if (message === "close") return socket.close(4002, "asked for");
    const { path, messages } = socket.deserializeAttachment() as { path: string; messages: number };
    socket.serializeAttachment({ path, messages: messages + 1 });
    const kind = typeof message === "string" ? message : `binary ${message.byteLength}`;
    socket.send(`${kind} ${path} ${messages} ${this.ctx.getTags(socket)}`);
    if (message instanceof ArrayBuffer) socket.send(message);
  }
}

export default fromClient<{ Subject: Subject }>("a hibernatable socket from outside", {
  fetch: (request, { Subject }) => Subject.getByName("room").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/a1");
    note("greeting", await socket.next());
    socket.send("one");
    note("answer", await socket.next());
    socket.send(new Uint8Array([1, 2, 3]));
    note("binary answer", await socket.next());
    note("binary echo", await socket.next());
    socket.send("ping");
    note("automatic answer", await socket.next());
    socket.ping();
    note("protocol ping", await socket.next());
    socket.send("throw");
    socket.send("after");
    note("after a handler that threw", await socket.next());
    socket.send("close");
    note("closed by the object", await socket.next());
  },
});
