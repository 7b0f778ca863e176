import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override async fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    pair[1].send("1");
    await scheduler.wait(10);
    pair[1].send("2");
    await this.ctx.storage.put("a", 1);
    pair[1].send("3");
    this.ctx.waitUntil(scheduler.wait(10).then(() => pair[1].send("4")));
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
}

export default fromClient<{ Subject: Subject }>("frames sent before the handshake ends", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note }) {
    const socket = await connect("/");
    const seen = [];
    for (let n = 0; n < 4; n++) seen.push(await socket.next());
    note("seen", seen);
    socket.terminate();
  },
});
