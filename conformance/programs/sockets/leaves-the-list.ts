import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #counts: number[] = [];
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) {
      return Response.json({ counts: this.#counts, now: this.ctx.getWebSockets().length });
    }
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketClose(socket: WebSocket, code: number) {
    this.#counts.push(this.ctx.getWebSockets().length);
    socket.close(code, "answered");
  }
}

export default fromClient<{ Subject: Subject }>("a closed socket leaves the list", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, fetch, note, until }) {
    const [a, b] = [await connect("/"), await connect("/")];
    note("two", await (await fetch("/")).json());
    a.close(4000);
    note("answer", await a.next());
    await until(async () => (await (await fetch("/")).json()) === 1);
    note("one", await (await fetch("/")).json());
    b.close(1000);
    await b.next();
  },
});
