import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Server extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    socket.send(`answer to ${message}`);
  }
}

export class Subject extends DurableObject {
  #log: unknown[] = [];
  async open(url: string) {
    const response = await fetch(url, { headers: { Upgrade: "websocket" } });
    const socket = response.webSocket!;
    socket.accept();
    const answered = new Promise<void>((resolve) =>
      socket.addEventListener("message", ({ data }) => {
        this.#log.push(data);
        resolve();
      }),
    );
    this.ctx.storage.kv.put("before", "the frame");
    socket.send("a frame");
    await answered;
    this.#log.push(this.ctx.getWebSockets().length, this.ctx.id.name);
    socket.close(1000);
    return this.#log;
  }
}

export default fromClient<{ Subject: Subject; Server: Server }>("a socket that an object opens", {
  async fetch(request, { Subject, Server }, path) {
    if (path === "/socket") return Server.getByName("s").fetch(request);
    const target = request.url.replace(/\/[^/]*$/, "/socket");
    return Response.json(await Subject.getByName("c").open(target));
  },
  async client({ fetch, note }) {
    note("log", await (await fetch("/open")).text());
  },
});
