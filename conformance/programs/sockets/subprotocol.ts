import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    const offered = request.headers.get("sec-websocket-protocol");
    const headers = offered === null ? {} : { "sec-websocket-protocol": offered.split(/, */)[1]! };
    pair[1].send(`${offered}`);
    return new Response(null, { status: 101, webSocket: pair[0], headers });
  }
}

export default fromClient<{ Subject: Subject }>("a subprotocol is chosen", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const chosen = await connect("/", ["first", "second"]);
    note("offered", await chosen.next());
    chosen.close(1000);
    const none = await connect("/");
    note("none", await none.next());
    none.close(1000);
  },
});
