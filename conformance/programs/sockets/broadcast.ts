import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(
      pair[1],
      [new URL(request.url).searchParams.get("tag") ?? ""].filter(Boolean),
    );
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(_socket: WebSocket, message: string) {
    const [tag, text] = message.split(":");
    for (const socket of this.ctx.getWebSockets(tag === "all" ? undefined : tag))
      socket.send(text!);
  }
}

export default fromClient<{ Subject: Subject }>("a message to all and to a tag", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const [a, b, c] = [
      await connect("/?tag=red"),
      await connect("/?tag=blue"),
      await connect("/?tag=red"),
    ];
    a.send("all:hello");
    note("all", [await a.next(), await b.next(), await c.next()]);
    b.send("red:only red");
    note("red", [await a.next(), await c.next()]);
    b.send("blue:only blue");
    note("blue", await b.next());
    for (const socket of [a, b, c]) socket.close(1000);
  },
});
