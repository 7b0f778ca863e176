import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #log: string[] = [];
  override async fetch(request: Request) {
    if (request.headers.get("upgrade") === null) return Response.json(this.#log);
    const isStandard = new URL(request.url).pathname.endsWith("/standard");
    const pair = new WebSocketPair();
    if (isStandard) {
      pair[1].accept();
      pair[1].addEventListener("message", ({ data }) => this.#message(pair[1], data as string));
    } else this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    this.#message(socket, message);
  }
  #message(socket: WebSocket, message: string) {
    this.#log.push(message);
    if (message !== "block") {
      socket.send(JSON.stringify(this.#log));
      return;
    }
    void this.ctx.blockConcurrencyWhile(async () => {
      this.#log.push("section begins");
      await scheduler.wait(60);
      this.#log.push("section ends");
    });
  }
}

export default fromClient<{ Subject: Subject }>("messages wait while a section runs", {
  fetch: (request, { Subject }, path) => Subject.getByName(path).fetch(request),
  async client({ connect, note }) {
    for (const kind of ["/hibernatable", "/standard"]) {
      const socket = await connect(kind);
      socket.send("block");
      socket.send("next");
      note(kind, await socket.next());
      socket.terminate();
    }
  },
});
